"use strict";
// A page that waits for work asks how far it is, and is loaded again at its end.
(() => {
  const place = document.querySelector("[data-watch]");
  const what = document.querySelector("#what");
  const far = document.querySelector("#far");
  const before = document.querySelector("#before");

  const show = ({ status, progress, before: ahead }) => {
    const count = (n) => n.toLocaleString("en-US");
    const much = progress.total ? `, ${count(progress.done)} of ${count(progress.total)}` : "";
    const said = `${status === "waiting" ? "Waiting" : "Running"}: ${progress.what}${much}`;
    if (what.textContent !== said) what.textContent = said;
    if (progress.total) {
      far.max = progress.total;
      far.value = progress.done;
    } else far.removeAttribute("value");
    if (before) before.textContent = ahead ?? 0;
  };

  const look = async () => {
    let wait = 1000;
    try {
      const got = await fetch(place.dataset.watch, { headers: { accept: "application/json" } });
      if (got.ok) {
        const found = await got.json();
        if (!["waiting", "running"].includes(found.status)) return location.reload();
        show(found);
      } else if ([404, 422].includes(got.status)) return location.reload(); // gone, or it failed
    } catch {
      wait = 5000; // the server is being started again
    }
    setTimeout(look, wait);
  };
  if (place) look();
})();
