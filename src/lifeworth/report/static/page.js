"use strict";
/* Small helpers every chart shares. Colours are the page's own variables, so light, dark and print follow by themselves. */
const figures = JSON.parse(document.getElementById("figures").textContent);
const ink = name => `var(--${name})`;
const font = getComputedStyle(document.body).fontFamily;
const units = [[1e12, "tn"], [1e9, "bn"], [1e6, "M"], [1e3, "k"]];

function shortMoney(value) {
  const size = Math.abs(value), sign = value < 0 ? "\u2212" : "";
  const unit = units.find(([least]) => size >= least);
  const number = unit ? size / unit[0] : size;
  const text = number >= 10 || Number.isInteger(number) ? Math.round(number).toLocaleString("en") : String(+number.toFixed(2));
  return sign + figures.money + text + (unit ? "\u00a0" + unit[1] : "");
}
function percentTick(value) { return (value < 0 ? "\u2212" : "") + Math.abs(value) + "\u00a0%"; }
function text(extra) { return Object.assign({ color: ink("dim"), fontSize: 12, fontFamily: font }, extra); }
function label(extra) { return text(Object.assign({ show: true, color: ink("ink") }, extra)); }
function axis(extra) {
  return Object.assign({
    axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: ink("line") } },
    axisLabel: text({ color: ink("faint"), hideOverlap: true }), nameTextStyle: text({ color: ink("faint") }), nameLocation: "middle",
  }, extra);
}
function baseline(extra) {
  return axis(Object.assign({ splitLine: { show: false }, axisLine: { show: true, onZero: false, lineStyle: { color: ink("rest") } } }, extra));
}
function tip(extra) {
  return Object.assign({
    renderMode: "richText", confine: true, transitionDuration: 0, backgroundColor: ink("paper"), borderColor: ink("rule"), borderWidth: 1,
    padding: 8, textStyle: text({ color: ink("ink"), lineHeight: 18 }), shadowBlur: 0, shadowColor: "transparent",
    axisPointer: { type: "line", lineStyle: { color: ink("rule"), type: "dashed" }, label: { show: false } },
  }, extra);
}
function frame(option) {
  return Object.assign({ animation: false, textStyle: { fontFamily: font }, stateAnimation: { duration: 0 } }, option);
}
function still(series) { return Object.assign({ emphasis: { disabled: true }, silent: false }, series); }
