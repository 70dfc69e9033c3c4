"""Check what the real DingTalk checks (假钉钉的门卫): shapes, lengths, counts; the number of a clause says where it's documented (platforms.md)."""

import json

MESSAGES = {
    "sampleText": {"content"},
    "sampleMarkdown": {"title", "text"},
    "sampleImageMsg": {"photoURL"},
    "sampleLink": {"title", "text", "messageUrl", "picUrl"},
    "sampleActionCard": {"title", "text", "singleTitle", "singleURL"},
    "sampleFile": {"mediaId", "fileName", "fileType"},
    **{
        f"sampleActionCard{count}": {"title", "text", *(f"action{part}{n}" for n in range(1, count + 1) for part in ("Title", "URL"))}
        for count in range(2, 6)
    },
}
FILE_TYPES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}
SESSION_PARTS = {"text": {"content"}, "markdown": {"title", "text"}, "actionCard": {"title", "text", "btnOrientation", "btns"}}


class Wrong(Exception):
    """DingTalk refuses: a code and a status."""

    def __init__(self, code, status=400):
        super().__init__(code)
        self.code, self.status = code, status


def require(truth, code):
    if not truth:
        raise Wrong(code)


def check_message(body):
    """B4: `msgParam` is JSON in a text of at most 15000 bytes, with just the parameters of its `msgKey`."""
    require(isinstance(body.get("robotCode"), str) and body["robotCode"], "miss.robotCode")
    require(body.get("msgKey") in MESSAGES, "invalid.msgKey")
    parameter = body.get("msgParam")
    require(isinstance(parameter, str) and len(parameter.encode()) <= 15000, "invalid.msgParam")
    values = json.loads(parameter)
    require(values.keys() == MESSAGES[body["msgKey"]], "invalid.msgParam")
    require(all(isinstance(value, str) and value.strip() for value in values.values()), "invalid.msgParam")
    require("fileType" not in values or values["fileType"] in FILE_TYPES, "invalid.fileType")
    return values


def check_session_message(body):
    """B4: a chat's own address takes text, markdown, link, actionCard, feedCard and nothing else."""
    kind = body.get("msgtype")
    require(kind in SESSION_PARTS, "400105")
    require(body[kind].keys() == SESSION_PARTS[kind], "400105")
    require(all(value for value in body[kind].values()), "400105")
    for button in body[kind].get("btns", []):
        require(button.keys() == {"title", "actionURL"} and all(button.values()), "400105")
    return body[kind]


def check_values(values):
    """B6: all values are texts; a name has at most 100 bytes, a value 1 KB."""
    require(isinstance(values, dict), "param.cardParamMap")
    for name, value in values.items():
        require(isinstance(value, str), "param.cardParamMap.notString")
        require(len(name.encode()) <= 100 and len(value.encode()) <= 1024, "param.cardParamMap.tooLong")


def check_card(body, registered):
    """B6: a card for one person's chat with the robot."""
    require(body.get("cardTemplateId", "").endswith(".schema"), "param.cardTemplateId")
    require(isinstance(body.get("outTrackId"), str) and body["outTrackId"], "param.outTrackId")
    require(body.get("userIdType") == 1, "param.userIdType")
    require(body.get("callbackType") in {"STREAM", "HTTP"}, "param.callbackType")
    require(body["callbackType"] == "STREAM" or body.get("callbackRouteKey") in registered, "param.callbackRouteKey.notExist")
    space, _, account = body.get("openSpaceId", "").partition(".")[2].partition(".")
    require(space == "card//IM_ROBOT" and account, "param.openSpaceId")
    require(body.get("imRobotOpenSpaceModel") is not None, "param.spaceModel")
    require(body["imRobotOpenDeliverModel"].get("spaceType") == "IM_ROBOT", "param.deliverModel")
    check_values(body["cardData"]["cardParamMap"])
    for private in body.get("privateData", {}).values():
        check_values(private["cardParamMap"])
    return account


def check_redraw(body, cards):
    """B6: only a card that was made can be drawn again; without the options everything would be replaced."""
    require(body.get("outTrackId") in cards, "param.outTrackId.notExist")
    require(body.get("cardUpdateOptions") == {"updateCardDataByKey": True, "updatePrivateDataByKey": True}, "param.cardUpdateOptions")
    check_values(body["cardData"]["cardParamMap"])
    for private in body.get("privateData", {}).values():
        check_values(private["cardParamMap"])
