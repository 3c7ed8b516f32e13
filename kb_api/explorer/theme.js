// Runs before the first paint, so that nothing flashes: the colours the reader chose last time.
(function () {
  try {
    var chosen = localStorage.getItem("kb-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    // Storage may be forbidden; the colours then follow the system.
  }
})();
