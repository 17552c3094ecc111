// Before the engine has come: the theme, so that a dark page does not flash light; the picture
// that the engine drew while the site was built, for a reader of whom nothing is kept; and a
// word if the engine can't come. Whatever fails in here, the page starts without it.
(function () {
  // What a tab holds for a storage that is forbidden or full counts before what is in the storage.
  function held(key) {
    try { return history.state.podium["podium." + key] ?? null; } catch (nothing) { return null; }
  }
  function stored(where, key) {
    try { return JSON.parse(window[where].getItem("podium." + key)); } catch (refused) { return null; }
  }
  function kept(key) {
    return held(key) ?? stored("sessionStorage", key) ?? stored("localStorage", key);
  }
  function stands() { return document.querySelector("[data-layout]") !== null; }

  var root = document.documentElement;
  var theme = kept("theme");
  if (theme !== "dark" && theme !== "light") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.dataset.theme = theme;
  var isChinese = String(kept("lang") || navigator.language).slice(0, 2) === "zh";
  root.lang = isChinese ? "zh-CN" : "en";

  // As Layout::for_size arranges the page.
  function layout() {
    var width = innerWidth, height = innerHeight;
    if (width >= 540 && width < 1100 && height < (width < 760 ? 640 : 560)) return "low";
    return width >= 1200 ? "full" : width >= 1100 ? "rail" : width >= 760 ? "drawers" : "phone";
  }
  var own = ["text", "applied", "own", "example", "view", "lanes", "scale"];
  var isNew = own.every(function (key) { return kept(key) === null; });
  if (root.dataset.first && isNew && !location.hash) {
    fetch(root.dataset.first + layout() + "." + root.lang + ".html").then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (picture) {
      if (!picture || stands()) return;
      // Yew clears the body when it takes over.
      var first = document.createElement("div");
      first.id = "first";
      first.inert = true;
      first.innerHTML = picture;
      document.body.append(first);
    }, function () {});
  }

  var started = false;
  function sorry() {
    // A panic has a page of its own, and what breaks later is not about loading.
    if (started || document.querySelector(".crash, .sorry")) return;
    var first = document.getElementById("first");
    if (first) first.className = "is-stuck";
    var said = document.createElement("p");
    said.className = "sorry";
    said.setAttribute("role", "alert");
    said.textContent = isChinese
      ? "模拟器没能加载。请检查网络后重新加载页面；Podium 需要支持 WebAssembly 的浏览器。"
      : "The simulator could not be loaded. Check the network and reload the page; Podium needs a browser with WebAssembly.";
    document.body.append(said);
  }
  addEventListener("error", sorry);
  addEventListener("unhandledrejection", sorry);
  addEventListener("TrunkApplicationStarted", function () {
    started = true;
    document.querySelectorAll("#first, .sorry").forEach(function (one) { one.remove(); });
  });
})();
