"""Count what happens (运行指标) for /metrics; no name of a person is ever a label."""

from prometheus_client import Counter, Gauge

ACCEPTED = Counter("double_random_accepted_total", "Messages stored before they were acknowledged", ["messenger"])
REJECTED = Counter("double_random_rejected_total", "Webhook calls that were turned away", ["messenger", "reason"])
HANDLED = Counter("double_random_handled_total", "Messages worked on, by outcome", ["outcome"])
SENT = Counter("double_random_sent_total", "Outgoing messages, by messenger and fate", ["messenger", "fate"])
WAITING = Gauge("double_random_waiting", "Messages that wait, by box", ["box"])
