// Before the engine has come: the theme, so that a dark page does not flash light; the picture
// that the engine drew while the site was built, with the text of a reader who has one of their
// own, but without what only the example makes of it; a word that the engine is on its way, or
// that it can't come. Whatever fails in here, the page starts without it.
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
  var started = false;
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
    if (width >= 540 && width < 1100 && height < 640) return "low";
    return width >= 1200 ? "full" : width >= 1100 ? "rail" : width >= 760 ? "drawers" : "phone";
  }
  // The text of a reader who has one: what the example makes of its own text is not theirs.
  function adapt(first, text, view) {
    first.className = view === "stage" ? "is-own" : "is-own is-bare";
    var pad = first.querySelector(".pad"), mirror = first.querySelector(".pad__mirror");
    if (!pad || !mirror) return;
    var lines = text.split(/\r?\n/);
    pad.style.setProperty("--lines", lines.length);
    mirror.replaceChildren.apply(mirror, lines.slice(0, 100).map(function (line, at) {
      var row = document.createElement("div");
      ["bar", "no", "text"].forEach(function (part) {
        var span = document.createElement("span");
        span.className = "ln__" + part;
        span.textContent = part === "no" ? at + 1 : part === "text" ? line : "";
        row.append(span);
      });
      row.className = "ln";
      return row;
    }));
    var typed = pad.querySelector("textarea");
    if (typed) typed.value = "";
  }
  var view = kept("view") || "stage";
  var isNew = view === "stage" && ["text", "applied", "own", "example", "lanes"].every(function (key) {
    return kept(key) === null;
  });
  if (root.dataset.first && kept("scale") === null && !location.hash) {
    fetch(root.dataset.first + layout() + "." + root.lang + ".html").then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (picture) {
      if (!picture || stands()) return;
      // Yew clears the body when it takes over.
      var first = document.createElement("div");
      first.id = "first";
      first.inert = true;
      first.innerHTML = picture;
      if (!isNew) adapt(first, String(kept("text") || ""), view);
      document.body.append(first);
    }, function () {});
  }
  // The picture looks alive and is not: nobody should press what does not answer.
  function announce() {
    if (started || stands() && !document.getElementById("first")) return;
    var word = document.createElement("p");
    word.className = "arriving";
    word.setAttribute("role", "status");
    word.textContent = isChinese ? "模拟器正在加载…" : "The simulator is loading…";
    document.body.append(word);
  }
  if (document.body) announce(); else addEventListener("DOMContentLoaded", announce);

  function sorry() {
    // A panic has a page of its own, and what breaks later is not about loading.
    if (started || document.querySelector(".crash, .sorry")) return;
    var first = document.getElementById("first");
    if (first) first.classList.add("is-stuck");
    document.querySelectorAll(".arriving").forEach(function (one) { one.remove(); });
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
    document.querySelectorAll("#first, .sorry, .arriving").forEach(function (one) { one.remove(); });
  });
})();
