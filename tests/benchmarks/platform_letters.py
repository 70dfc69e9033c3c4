"""Letters as WeCom and DingTalk deliver them, ready to be sent: signed, with an id and a sender of their own."""

import base64
import hashlib
import hmac
import itertools
import json
import time

from tests.benchmarks.load import HOST
from tests.fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, envelope, xml_of

DINGTALK_SECRET = "the secret of the measured app"
ROBOT = "ding-robot"
STAFF = 100  # people of one bureau; DingTalk gives each an address that serves for a while
_serials = itertools.count(1)


def wecom_settings(platform: str) -> dict[str, str]:
    """Return the settings of a server that hears WeCom."""
    return {
        "MESSENGERS": "wecom",
        "WECOM_CORP_ID": CORP,
        "WECOM_AGENT_ID": str(AGENT),
        "WECOM_SECRET": SECRET,
        "WECOM_TOKEN": TOKEN,
        "WECOM_AES_KEY": AES_KEY,
        "WECOM_API_URL": platform,
    }


def dingtalk_settings(platform: str) -> dict[str, str]:
    """Return the settings of a server that hears DingTalk."""
    return {
        "MESSENGERS": "dingtalk",
        "DINGTALK_MODE": "webhook",
        "DINGTALK_CLIENT_ID": ROBOT,
        "DINGTALK_CLIENT_SECRET": DINGTALK_SECRET,
        "DINGTALK_API_URL": platform,
        "DINGTALK_OAPI_URL": platform,
        "DINGTALK_MONTHLY_CALLS": "100000000",
    }


def wecom_text(port: int, platform: str) -> bytes:
    """Return an encrypted text of somebody new."""
    number = f"{next(_serials)}{time.time_ns()}"
    now = int(time.time())
    query, body = envelope(xml_of(f"member{number}", now, MsgType="text", Content="你好", MsgId=number), now)
    return _request(port, f"/webhooks/wecom?{query}", {"Content-Type": "text/xml"}, body)


def dingtalk_text(port: int, platform: str) -> bytes:
    """Return a signed text of one of the staff, with the address of the chat on the platform."""
    serial = next(_serials)
    number, staff = f"{serial}{time.time_ns()}", f"staff{serial % STAFF}"
    told = {
        "conversationId": "cid-single", "conversationType": "1", "msgId": f"msg{number}==", "senderStaffId": staff,
        "senderCorpId": "ding-corp", "chatbotCorpId": "ding-corp", "senderNick": "昵称", "isAdmin": False, "robotCode": ROBOT, "createAt": 1,
        "sessionWebhook": f"{platform}/robot/sendBySession?session={staff}",
        "sessionWebhookExpiredTime": int((time.time() + 5400) * 1000),
        "msgtype": "text", "text": {"content": "你好"},
    }  # fmt: skip
    timestamp = str(int(time.time() * 1000))
    secret = DINGTALK_SECRET.encode()
    sign = base64.b64encode(hmac.new(secret, f"{timestamp}\n".encode() + secret, hashlib.sha256).digest()).decode()
    headers = {"Content-Type": "application/json; charset=utf-8", "timestamp": timestamp, "sign": sign}
    return _request(port, "/webhooks/dingtalk", headers, json.dumps(told, ensure_ascii=False).encode())


def _request(port: int, path: str, headers: dict[str, str], body: bytes) -> bytes:
    head = {"Host": f"{HOST}:{port}", "Content-Length": str(len(body)), **headers}
    return "\r\n".join([f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]).encode() + body
