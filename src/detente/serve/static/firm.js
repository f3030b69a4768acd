"use strict";
// The day slider: what the firm makes on that day, from numbers that the page holds already.
(() => {
  const slider = document.querySelector("#days-slider");
  const days = JSON.parse(document.querySelector("#days").textContent);
  const picture = document.querySelector("#days-picture");
  const mark = document.querySelector("#days-mark");
  const said = document.querySelector("#day-said");
  const bold = (text) => Object.assign(document.createElement("b"), { textContent: text });
  const show = () => {
    const now = days[slider.value - 1];
    said.replaceChildren("Day ", bold(now.day), ": ", bold(`${now.output.toFixed(1)}%`),
      ` of normal output at the card's figures; nine of ten runs between ${now.p5.toFixed(1)}% and ${now.p95.toFixed(1)}%.`);
    const x = (now.day - 1) * picture.dataset.step;
    mark.setAttribute("x1", x);
    mark.setAttribute("x2", x);
  };
  slider.addEventListener("input", show);
  slider.addEventListener("change", () => {
    const address = new URL(location);
    address.searchParams.set("day", slider.value);
    history.replaceState(null, "", address);
  });
  picture.addEventListener("click", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    slider.value = Math.round(place.x / picture.dataset.step) + 1;
    show();
  });
})();
