"use strict";
(() => {
  const all = (what) => [...document.querySelectorAll(what)];
  const [chooser] = all("#variant");
  const { classList, dataset } = document.documentElement;
  const specs = JSON.parse(all("#charts")[0].text);
  const views = [];
  let waiting = all("[data-chart]");

  // a page without variants has nothing to choose
  const show = async () => {
    if (!chooser) return;
    const id = chooser.value;
    for (const block of all("[data-variant]")) block.hidden = block.dataset.variant !== id;
    await Promise.all(views.map((view) => view.signal(chooser.dataset.name, id).runAsync()));
    dataset.drawn = id;
  };

  const draw = async (place) => {
    const name = place.dataset.chart;
    const { view } = await vegaEmbed(place, specs[name], {
      renderer: "svg",
      ast: true, // the page's policy allows no eval
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      forceActionsMenu: true,
      actions: { source: false, compiled: false, editor: false },
      downloadFileName: name,
    });
    // saved, it stands alone: then title, date and source are in it
    const save = view.toImageURL.bind(view);
    const alone = (is) => view.signal("alone", is).runAsync();
    view.toImageURL = (...as) =>
      alone(true).then(() => save(...as)).finally(() => alone(false));
    // some charts show the same whatever is chosen
    if (specs[name].params.some((one) => one.name === chooser?.dataset.name)) views.push(view);
  };

  // a chart is as wide as its place: one that is folded away waits
  const drawOpen = async () => {
    const folded = (place) => place.closest("details:not([open])");
    const open = waiting.filter((place) => !folded(place));
    waiting = waiting.filter(folded);
    await Promise.all(open.map(draw));
    await show();
    dataset.waiting = waiting.length;
  };

  // a link to what is folded away opens it
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let e = target?.querySelector(":scope > .more") ?? target; e; e = e.parentElement) {
      if ("open" in e) e.open = true;
    }
    target?.scrollIntoView();
  };

  addEventListener("hashchange", reveal);
  chooser?.addEventListener("change", show);
  classList.add("scripted");
  show(); // the text first: drawing takes a moment
  drawOpen().then(() => {
    dataset.ready = "yes";
    document.addEventListener("toggle", (e) => e.target.open && waiting.length && drawOpen(), true);
    reveal();
  });
})();
