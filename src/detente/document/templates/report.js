"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const root = document.documentElement;
  const chooser = document.getElementById("variant");
  const name = chooser?.dataset.name ?? "variant";
  const views = [];

  const show = (id) => {
    for (const block of document.querySelectorAll("[data-variant]")) {
      block.hidden = block.dataset.variant !== id;
    }
    return Promise.all(views.map((view) => view.signal(name, id).runAsync())).then(() => {
      root.dataset.drawn = id;
    });
  };

  const draw = (place) =>
    vegaEmbed(place, specs[place.dataset.chart], {
      mode: "vega-lite",
      renderer: "svg",
      ast: true, // expressions are interpreted: the page's policy allows no eval
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      forceActionsMenu: true, // behind a button, which the default style would have brought
      actions: { export: true, source: false, compiled: false, editor: false },
      downloadFileName: place.dataset.chart,
    }).then(({ view }) => {
      // saved, it stands alone: then title, date and source are in it
      const save = view.toImageURL.bind(view);
      const alone = (is) => view.signal("alone", is).runAsync();
      view.toImageURL = (...as) =>
        alone(true).then(() => save(...as)).finally(() => alone(false));
      // some charts show the same whatever is chosen
      if (specs[place.dataset.chart].params?.some((one) => one.name === name)) {
        views.push(view);
      }
    });

  // a chart is as wide as its place: one that is folded away waits until that is opened
  const waiting = new Set(document.querySelectorAll("[data-chart]"));
  const drawOpen = () => {
    const open = Array.from(waiting).filter((place) => !place.closest("details:not([open])"));
    open.forEach((place) => waiting.delete(place));
    return Promise.all(open.map(draw)).then(showChosen).then(() => {
      root.dataset.waiting = waiting.size;
    });
  };

  // a link to a table that is folded away opens it
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    target?.querySelector(":scope > .more")?.setAttribute("open", "");
    for (let e = target; e; e = e.parentElement) {
      if (e.tagName === "DETAILS") e.open = true;
    }
    target?.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  // a page without variants has nothing to choose
  const showChosen = () => (chooser ? show(chooser.value) : null);
  root.classList.add("scripted");
  chooser?.addEventListener("change", showChosen);
  showChosen(); // the text first: drawing takes a moment
  drawOpen().then(() => {
    root.dataset.ready = "yes";
    document.addEventListener("toggle", (e) => e.target.open && waiting.size && drawOpen(), true);
    if (location.hash) reveal();
  });
})();
