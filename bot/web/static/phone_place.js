// 位置: 浏览器问过本人才给; 给不了时手工填写
const locate = document.getElementById("locate");
const found = document.getElementById("found");

function place({ coords }) {
  document.getElementById("point").value = [coords.latitude, coords.longitude, Math.round(coords.accuracy)].join(",");
  found.textContent = `已取得位置：${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}，误差约 ${Math.round(coords.accuracy)} 米。`;
}

function none(fault) {
  found.textContent = fault.code === 1 ? "没有得到定位许可，请手工填写地点。" : "暂时取不到位置，请到开阔处重试，或手工填写地点。";
}

if (navigator.geolocation) {
  locate.hidden = false;
  locate.addEventListener("click", () => {
    found.textContent = "正在取得位置……";
    navigator.geolocation.getCurrentPosition(place, none, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
}
