// 免登: 向钉钉客户端要一次性的 code, 交回助手换取身份
const { corp, client, state } = document.body.dataset;
const told = document.getElementById("told");

function come(info) {
  location.replace(`/app/login/dingtalk?${new URLSearchParams({ code: info.code, state })}`);
}

function stay(fault) {
  const reason = fault && (fault.errorMessage || fault.message);
  told.textContent = `钉钉没有确认您的身份${reason ? `（${reason}）` : ""}，请回到聊天重新打开。`;
}

function ask() {
  const old = dd.runtime && dd.runtime.permission;
  if (old && old.requestAuthCode) old.requestAuthCode({ corpId: corp, clientId: client, onSuccess: come, onFail: stay });
  else dd.requestAuthCode({ corpId: corp, clientId: client, success: come, fail: stay });
}

if (!window.dd || (dd.env && dd.env.platform === "notInDingTalk")) told.textContent = "请在钉钉里打开这个页面。";
else if (dd.ready) dd.ready(ask);
else ask();
