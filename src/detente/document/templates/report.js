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

  // a link to a table that is folded away opens it
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
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
  Promise.all(Array.from(document.querySelectorAll("[data-chart]"), draw))
    .then(showChosen)
    .then(() => {
      root.dataset.ready = "yes";
      if (location.hash) reveal();
    });
})();
