"use strict";
/* One function per kind of chart: figures and width in, ECharts option out. Nothing is computed but positions. */
const draw = {
  scatter(c, width) {
    const looks = {
      rest: ["circle", "rest", 5, .45], both: ["circle", "ink", 5, .55], merely: ["triangle", "cost", 9, 1], quiet: ["diamond", "worth", 10, 1],
    };
    const ticks = (side, gap) => {
      const reach = side.ends[1] - side.ends[0], kept = [];
      const order = [...side.ticks].sort((a, b) => (a[0] !== 0) - (b[0] !== 0) || Math.abs(b[0]) - Math.abs(a[0]));
      for (const tick of order) if (kept.every(other => Math.abs(other[0] - tick[0]) > gap * reach)) kept.push(tick);
      return { customValues: kept.map(tick => tick[0]), formatter: value => (kept.find(tick => Math.abs(tick[0] - value) < 1e-9) || ["", ""])[1] };
    };
    const side = (s, gap) => axis({
      type: "value", min: s.ends[0], max: s.ends[1], name: s.name + " \u2192", splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: ink("line") } },
      axisLabel: Object.assign(text({ color: ink("faint") }), ticks(s, gap)), axisTick: { show: true, length: 4, lineStyle: { color: ink("rule") }, customValues: ticks(s, gap).customValues },
    });
    const names = { merely: "spent much, should bring little", quiet: "spent little, should bring much" };
    const corner = (name, position) => Object.assign({ type: "text", style: { text: (name === "merely" ? "\u25b2 " : "\u25c6 ") + names[name], fill: ink(looks[name][1]), font: `600 12px ${font}`, textAlign: "left" } }, position);
    const series = Object.entries(c.groups).map(([name, points]) => still({
      type: "scatter", name, data: points, symbol: looks[name][0], symbolSize: looks[name][2], itemStyle: { color: ink(looks[name][1]), opacity: looks[name][3] },
    }));
    series[0].markLine = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("rule"), type: "dashed" }, data: [{ xAxis: c.x.line }, { yAxis: c.y.line }] };
    const narrow = width < 420, stacked = width < 580;
    return {
      grid: { left: 62, right: 12, top: stacked ? 46 : 30, bottom: 44 },
      xAxis: Object.assign(side(c.x, narrow ? .17 : .08), { nameGap: 28 }), yAxis: Object.assign(side(c.y, .08), { nameGap: 48 }),
      tooltip: tip({ trigger: "item", formatter: p => p.data[2] }),
      graphic: [corner("quiet", { left: 66, top: 8 }), corner("merely", stacked ? { left: 66, top: 26 } : { right: 14, top: 8 })], series,
    };
  },

  whale(c, width) {
    const [peakX, peakY] = c.peak.at, money = c.percent ? percentTick : shortMoney;
    const peakHigh = Math.max(...c.points.map(at => at[1])), step = c.percent && peakHigh <= 400 ? (peakHigh <= 150 ? 25 : peakHigh <= 250 ? 50 : 100) : undefined;
    const side = peakX > 68 ? "left" : peakX < 32 ? "right" : "top";
    /* The words under the end of the line stay clear of the line itself, which is lower further left. */
    const words = width < 420 ? c.end_short : c.end, last = c.points[c.points.length - 1], top = Math.max(...c.points.map(at => at[1]));
    const reach = 100 - (words.length * 6.6 + 16) / (width - 76) * 100, under = c.points.filter(at => at[0] >= reach);
    const drop = Math.max(0, (last[1] - Math.min(...under.map(at => at[1]))) / ((top * 1.15) || 1) * 216);
    return {
      grid: { left: 58, right: 18, top: 40, bottom: 44 },
      xAxis: baseline({ type: "value", min: 0, max: 100, name: c.x, nameGap: 28, axisLabel: text({ color: ink("faint"), formatter: "{value}\u00a0%" }), interval: width < 420 ? 50 : 25, axisTick: { show: true, length: 5, lineStyle: { color: ink("rest") } } }),
      yAxis: axis({ type: "value", max: c.top || (step ? Math.ceil(peakHigh / step) * step : undefined), interval: step, axisLabel: text({ color: ink("faint"), formatter: money }), splitNumber: 4 }),
      tooltip: tip({ trigger: "axis", formatter: p => c.says[p[0].dataIndex] }),
      graphic: [
        { type: "text", left: 4, top: 8, style: { text: c.name, fill: ink("faint"), font: `12px ${font}` } },
      ],
      series: [
        still({ type: "line", data: c.points, showSymbol: false, lineStyle: { color: ink(c.colour), width: 2 }, areaStyle: { color: ink(c.colour + "-2"), opacity: .75 }, itemStyle: { color: ink(c.colour) } }),
        still({ type: "scatter", data: c.peak.label ? [c.peak.at] : [], symbolSize: 8, itemStyle: { color: ink("worth") }, tooltip: { show: false },
          z: 6, label: label({ position: side === "top" ? "top" : [side === "left" ? -8 : 8, -20], align: side === "top" ? "center" : side === "left" ? "right" : "left", fontWeight: 600, formatter: c.peak.label }) }),
        still({ type: "scatter", silent: true, data: c.end ? [c.points[c.points.length - 1]] : [], symbolSize: 1, itemStyle: { color: "transparent" }, z: 6,
          label: label({ position: [-4, 18 + drop], align: "right", color: ink("loss"), formatter: words }) }),
      ],
    };
  },

  waterfall(c, width) {
    const narrow = width < 460, rows = [...c.rows].reverse();
    const low = Math.min(0, ...rows.map(row => row.from)), high = Math.max(0, ...rows.map(row => row.to));
    const part = pick => rows.map(row => pick(row.from, row.to));
    const look = row => ({ color: row.guess ? ink(row.colour + "-2") : ink(row.colour), borderColor: ink(row.colour), borderWidth: row.guess ? 1 : 0, borderType: row.guess ? [3, 2] : "solid" });
    const bar = (values, shown) => still({ type: "bar", stack: "steps", barWidth: "62%", barMaxWidth: 22, data: values.map((value, place) => ({ value, itemStyle: shown ? look(rows[place]) : { color: "transparent" } })) });
    const left = narrow ? 112 : 150, most = high + (high - low) * (narrow ? .42 : .22);
    const pixels = value => (value - low) / ((most - low) || 1) * (width - left - 4);
    const full = row => row.short + (row.note && !narrow ? ` \u00b7 ${row.note}` : "");
    const spot = row => {
      const end = Math.max(row.to, 0), room = { right: pixels(most) - pixels(end), left: pixels(row.from) };
      const fits = [[full(row), "right"], [full(row), "left"], [row.short, "right"], [row.short, "left"]];
      const [words, position] = fits.find(([words, side]) => words.length * 6.8 + 12 < room[side]) || fits[2];
      return { value: [position === "left" ? row.from : end, 0], label: { position, formatter: words } };
    };
    const spots = rows.map((row, place) => { const found = spot(row); found.value[1] = place; return found; });
    return {
      grid: { left, right: 4, top: 4, bottom: 4 },
      xAxis: { type: "value", show: false, min: low, max: most },
      yAxis: { type: "category", data: rows.map(row => row.name), axisLine: { show: false }, axisTick: { show: false }, axisLabel: text({ width: left - 8, overflow: "break", interval: 0, fontSize: narrow ? 11 : 12, lineHeight: 13 }) },
      tooltip: tip({ trigger: "item", formatter: p => `${rows[p.dataIndex].full}\n${rows[p.dataIndex].short}${rows[p.dataIndex].note ? "\n" + rows[p.dataIndex].note : ""}` }),
      series: [
        bar(part((from, to) => from > 0 ? from : to < 0 ? to : 0), false),
        bar(part((from, to) => to <= 0 ? 0 : to - Math.max(from, 0)), true),
        bar(part((from, to) => from >= 0 ? 0 : from - Math.min(to, 0)), true),
        still({ type: "scatter", silent: true, symbolSize: 1, itemStyle: { color: "transparent" },
          data: spots, label: label({ distance: 6 }) }),
      ],
    };
  },

  bands(c, width) {
    const narrow = width < 460;
    return {
      grid: { left: 44, right: 8, top: 34, bottom: narrow ? 74 : 62 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, icon: "rect", textStyle: text(), selectedMode: false, data: c.value ? ["of all customers", c.value_name] : ["of all customers"] },
      xAxis: axis({ type: "category", splitLine: { show: false }, data: c.names, name: c.x, nameGap: narrow ? 56 : 46, axisLabel: text({ color: ink("faint"), interval: 0, rotate: c.names.length > 5 ? 38 : 0, fontSize: 11 }) }),
      yAxis: axis({ type: "value", min: range => range.min < -8 ? null : range.min < 0 ? Math.floor(range.min * 1.2) : 0, max: range => range.max > 90 ? 100 : null, interval: Math.max(...c.customers, ...(c.value || [])) > 90 ? 25 : undefined, axisLabel: text({ color: ink("faint"), formatter: value => value < 0 && value > -10 ? "" : percentTick(value) }), splitNumber: 4 }),
      tooltip: tip({ trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: ink("line"), opacity: .4 } }, formatter: p => c.says[p[0].dataIndex] }),
      series: [
        still({ type: "bar", name: "of all customers", markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("rest"), type: "solid", width: 1 }, data: [{ yAxis: 0 }] }, data: c.customers, itemStyle: { color: ink("rest") }, barGap: "10%", barCategoryGap: "28%", barMaxWidth: 44 }),
        ...(c.value ? [still({ type: "bar", name: c.value_name, itemStyle: { color: ink("worth") }, data: c.value.map(value => ({ value, itemStyle: { color: ink(value < 0 ? "loss" : "worth") } })), barMaxWidth: 44 })] : []),
      ],
    };
  },

  curves(c, width) {
    const narrow = width < 460, count = c.lines.length;
    const ends = c.lines.map(line => line.points[line.points.length - 1]);
    const top = Math.max(...c.lines.flatMap(line => line.points), c.cost || 0, 0), bottom = Math.min(...c.lines.flatMap(line => line.points), 0);
    const taken = [];
    const order = [count - 1, 0, ends.indexOf(Math.max(...ends)), ...c.lines.keys()];
    const named = new Set(), step = c.ages > 36 ? 12 : c.ages > 12 ? 6 : c.ages > 6 ? 3 : 1;
    for (const place of order) {
      if (named.has(place)) continue;
      const x = (c.lines[place].points.length - 1) / Math.max(1, c.ages), y = (ends[place] - bottom) / ((top - bottom) || 1);
      if (taken.every(([otherX, otherY]) => Math.abs(otherX - x) > (narrow ? .24 : .09) || Math.abs(otherY - y) > .08)) { taken.push([x, y]); named.add(place); }
    }
    return {
      grid: { left: 58, right: narrow ? 64 : 76, top: 34, bottom: 44 },
      xAxis: baseline({ type: "value", min: 0, max: Math.ceil(c.ages / step) * step, minInterval: 1, name: c.x, nameGap: 28, interval: step }),
      yAxis: axis({ type: "value", axisLabel: text({ color: ink("faint"), formatter: shortMoney }), splitNumber: 5 }),
      tooltip: tip({ trigger: "item", formatter: p => `won in ${p.seriesName}\nmonth ${p.dataIndex}: ${c.lines[p.seriesIndex].says[p.dataIndex]}` }),
      graphic: [{ type: "text", left: 4, top: 6, style: { text: c.y + (count > 1 ? " \u00b7 stronger is newer" : ""), fill: ink("faint"), font: `12px ${font}` } }],
      series: c.lines.map((line, place) => still({
        type: "line", name: line.name, data: line.points.map((value, age) => [age, value]), symbol: "circle", symbolSize: 5, showSymbol: true, clip: false,
        lineStyle: { color: ink("worth"), width: place === count - 1 ? 3 : 1.5, opacity: .25 + .75 * (place + 1) / count }, itemStyle: { color: ink("worth"), opacity: .25 + .75 * (place + 1) / count },
        endLabel: { show: named.has(place), formatter: "{a}", color: ink("dim"), fontSize: 12, fontFamily: font, distance: 4, backgroundColor: ink("paper"), padding: [1, 2] },
        markLine: place === 0 && c.cost !== null ? { silent: true, symbol: "none", lineStyle: { color: ink("cost"), type: "dashed" }, data: [{ yAxis: c.cost }],
          label: label({ position: "insideEndTop", color: ink("cost"), formatter: c.cost_label }) } : undefined,
      })),
    };
  },

  tracking(c, width) {
    const range = c.low.map((low, place) => low === null ? null : c.high[place] - low);
    const cut = c.cut === null ? [] : [{ xAxis: c.cut }];
    /* Ticks an even number of calendar months apart, at the first week of such a month. */
    const number = name => +name.slice(0, 4) * 12 + +name.slice(5, 7) - 1, months = c.names.map(number);
    const reach = months[months.length - 1] - months[0] + 1, room = width < 420 ? 3 : 6, every = [1, 2, 3, 6, 12, 24, 60].find(step => reach / step <= room) || 120;
    const starts = place => place > 0 && months[place] !== months[place - 1] && months[place] % every === 0;
    const area = (data, shown) => still({ type: "line", z: 1, stack: "range", stackStrategy: "all", data, showSymbol: false, lineStyle: { opacity: 0 }, itemStyle: { color: ink("worth-2") }, areaStyle: { color: shown ? ink("worth-2") : "transparent", opacity: shown ? .9 : 0 } });
    return {
      grid: { left: 48, right: 12, top: 68, bottom: 34 },
      legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 8, textStyle: text(), selectedMode: false, data: [{ name: "happened", icon: "circle" }, { name: "predicted" }] },
      xAxis: baseline({ type: "category", data: c.names, boundaryGap: false, axisLabel: text({ color: ink("faint"), interval: place => starts(place) && (place < c.names.length * .94), formatter: (_, place) => c.months[place] }) }),
      yAxis: axis({ type: "value", min: 0, splitNumber: 4 }),
      tooltip: tip({ trigger: "axis", formatter: p => c.says[p[0].dataIndex] }),
      graphic: [{ type: "text", left: 4, top: 30, style: { text: c.y, fill: ink("faint"), font: `12px ${font}` } }],
      series: [
        area(c.low, false), area(range, true),
        still({ type: "line", name: "predicted", data: c.predicted, showSymbol: false, lineStyle: { color: ink("worth"), width: 2 }, itemStyle: { color: ink("worth") },
          markLine: { silent: true, symbol: "none", lineStyle: { color: ink("rest"), type: "dashed" }, data: cut,
            label: label({ position: "end", align: c.cut > c.names.length / 2 ? "right" : "left", formatter: "blind from here", color: ink("faint") }) } }),
        still({ type: "scatter", name: "happened", data: c.actual, z: 6, clip: false, symbolSize: width < 420 ? 3 : 5, itemStyle: { color: ink("ink"), opacity: .75 } }),
      ],
    };
  },

  days(c, width) {
    const narrow = width < 460, values = [...c.ours, ...c.model.filter(value => value !== null), ...c.ranges.flatMap(ends => ends || [])];
    const most = Math.max(10, ...values.map(Math.abs)) * 1.05, step = [5, 10, 20, 25, 50].find(size => most / size <= 3.5) || 100, least = Math.floor(Math.min(0, ...values) / step) * step, reach = Math.ceil(Math.max(0, ...values) / step) * step, every = Math.ceil(c.names.length / (narrow ? 3 : 5));
    const spans = c.ranges.flatMap((ends, place) => ends ? [[{ coord: [c.names[place], ends[0]] }, { coord: [c.names[place], ends[1]] }]] : []);
    return {
      grid: { left: 54, right: 12, top: 68, bottom: 34 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: text(), selectedMode: false, data: [{ name: "lifeworth", icon: "circle" }, { name: "purchase model alone", icon: "diamond" }] },
      xAxis: axis({ type: "category", data: c.names, splitLine: { show: false }, axisLine: { show: false }, axisLabel: text({ color: ink("faint"), interval: place => place % every === 0, formatter: (_, place) => c.months[place] }) }),
      yAxis: axis({ type: "value", min: least, max: least === reach ? step : reach, interval: step, axisLabel: text({ color: ink("faint"), formatter: value => (value > 0 ? "+" : "") + percentTick(Math.round(value)) }) }),
      tooltip: tip({ trigger: "axis", formatter: p => c.says[p[0].dataIndex] }),
      graphic: [{ type: "text", left: 4, top: 30, style: { text: c.y, fill: ink("faint"), font: `12px ${font}` } }],
      series: [
        still({ type: "scatter", name: "lifeworth", data: c.ours, symbol: "circle", symbolSize: 10, z: 6, itemStyle: { color: ink("worth") },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("worth"), type: "solid", width: 2, opacity: .45 }, data: spans } }),
        still({ type: "scatter", name: "purchase model alone", data: c.model, symbol: "diamond", symbolSize: 9, z: 7, itemStyle: { color: "transparent", borderColor: ink("ink"), borderWidth: 1.5 },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("ink"), type: "solid", width: 1 }, data: [{ yAxis: 0 }] } }),
      ],
    };
  },

  held(c, width) {
    const narrow = width < 460, low = Math.min(c.level - 15, ...c.shares);
    const look = place => Object.assign({ opacity: c.faint[place] ? .4 : 1 }, place < c.tenths ? { color: ink("worth") } : { color: ink("paper"), borderColor: ink("worth"), borderWidth: 2 });
    return {
      grid: { left: 50, right: 12, top: 30, bottom: narrow ? 112 : 104 },
      xAxis: axis({ type: "category", data: c.names, splitLine: { show: false }, axisLabel: text({ color: ink("faint"), interval: 0, rotate: 55, fontSize: 11, formatter: name => name.replace("last purchase ", "") }) }),
      yAxis: axis({ type: "value", min: Math.max(0, Math.floor(low / 10) * 10), max: 100, splitNumber: 4, axisLabel: text({ color: ink("faint"), formatter: percentTick }) }),
      tooltip: tip({ trigger: "axis", formatter: p => c.says[p[0].dataIndex] }),
      graphic: [{ type: "text", left: 4, top: 4, style: { text: "\u25cf by predicted tenth   \u25cb by last purchase", fill: ink("faint"), font: `12px ${font}` } }],
      series: [still({
        type: "scatter", data: c.shares.map((value, place) => ({ value, itemStyle: look(place) })), symbolSize: 10, z: 6, clip: false,
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("rest"), type: "dashed", width: 1.5 }, data: [{ yAxis: c.level }] },
      })],
    };
  },

  deciles(c) {
    return {
      grid: { left: 58, right: 8, top: 34, bottom: 44 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: text(), selectedMode: false, data: [{ name: "happened", icon: "circle" }, { name: "predicted", icon: "rect" }] },
      xAxis: baseline({ type: "category", data: c.names, name: c.x, nameGap: 28 }),
      yAxis: axis({ type: "value", min: range => range.min < -.03 * range.max ? null : 0, axisLabel: text({ color: ink("faint"), formatter: shortMoney }), splitNumber: 4 }),
      tooltip: tip({ trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: ink("line"), opacity: .4 } }, formatter: p => c.says[p[0].dataIndex] }),
      graphic: [{ type: "text", right: 8, top: 2, style: { text: c.y, fill: ink("faint"), font: `12px ${font}` } }],
      series: [
        still({ type: "bar", name: "predicted", data: c.predicted, barWidth: "56%", itemStyle: { color: ink("worth-2"), borderColor: ink("worth"), borderWidth: 1 } }),
        still({ type: "scatter", name: "happened", data: c.actual, z: 6, symbolSize: 9, itemStyle: { color: ink("ink") } }),
      ],
    };
  },
};
