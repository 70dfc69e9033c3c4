"""Name what training, urging and spot checks go through (培训、催办、网络监督), 三(三), 三(四)."""

from storage.vocabulary import Labelled


class SpotCheckState(Labelled):
    """Where a spot check of what is public (网络监督) stands, 三(四)."""

    FROZEN = "frozen", "待抽取"
    DRAWN = "drawn", "核对中"
    CLOSED = "closed", "已办结"


class SpotVerdict(Labelled):
    """What was found of one published result."""

    WAITING = "waiting", "待核对"
    GOOD = "good", "没有问题"
    FAULTY = "faulty", "有问题，已催办"


class TrainingState(Labelled):
    """Where a training stands, 三(三)."""

    DRAFT = "draft", "未发出"
    SENT = "sent", "已发出"


class UrgingState(Labelled):
    """Where an urging (催办) stands."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    DONE = "done", "已办结"
