import { fill, line, mix, STUFF, stuffOf } from "./tones.mjs";

export const stationery = {
  Notebooks: (t, { kind, n }) =>
    `<g transform="rotate(-7 200 200)"><rect x="112" y="78" width="196" height="256" rx="10" ${fill(STUFF.cream)}/><path d="M302 90v236" ${line("#d9cdb6", 4)}/><rect x="98" y="70" width="196" height="256" rx="12" ${fill(t.base)}/><path d="M98 82c0-8 4-12 12-12h20v256h-20c-8 0-12-4-12-12z" ${fill(t.dark)}/>${
      kind === 2
        ? `<path d="M92 100h24M92 136h24M92 172h24M92 208h24M92 244h24M92 280h24" ${line(STUFF.metalDark, 7)}/>`
        : `<path d="M268 70v256" ${line(t.deep, 8)}/><path d="M200 326v28l-9-8-9 8v-28z" ${fill(t.pale)}/>`
    }${n % 2 ? `<rect x="152" y="120" width="92" height="56" rx="5" ${fill(STUFF.cream)}/><path d="M168 140h60M176 156h44" ${line(t.deep, 4)}/>` : `<circle cx="200" cy="180" r="34" ${line(t.pale, 5)}/><path d="m182 196 18-36 18 36z" ${fill(t.pale)}/>`}</g>`,
  Pens: (t, { kind, n }) =>
    kind === 3
      ? `${[t.base, t.light, t.dark, t.pale, t.deep].map((colour, i) => `<g transform="translate(${(i - 2) * 48} ${Math.abs(i - 2) * 8})"><rect x="184" y="110" width="32" height="190" rx="9" ${fill(colour)}/><path d="M186 110h28l-10-36h-8z" ${fill(STUFF.cream)}/><path d="m196 74 4-18 4 18z" ${fill(STUFF.ink)}/><path d="M184 284h32v20c0 8-6 12-16 12s-16-4-16-12z" ${fill(STUFF.ink)}/></g>`).join("")}`
      : `<g transform="rotate(42 200 200)"><path d="M180 40c0-16 40-16 40 0v116h-40z" ${fill(t.base)}/><path d="M206 30c10 2 14 6 14 10v116h-14z" ${fill(t.dark)}/><path d="M214 52v84" ${line(STUFF.brass, 9)}/><rect x="178" y="152" width="44" height="14" ${fill(STUFF.brass)}/><path d="M182 166h36l-3 120h-30z" ${fill(kind === 0 ? t.base : t.light)}/><path d="M206 166h12l-3 120h-12z" ${fill(t.dark)}/>${kind === 0 ? `<path d="M185 286h30l-6 30h-18z" ${fill(STUFF.ink)}/><path d="M190 316h20l4 22-14 40-14-40z" ${fill(STUFF.brass)}/><path d="M200 336v40" ${line(STUFF.ink, 3)}/>` : `<path d="M185 286h30l-9 52h-12z" ${fill(STUFF.metal)}/><path d="M200 338v12" ${line(STUFF.ink, 5)}/>`}</g><path d="M${70 + (n % 3) * 6} 336c26-26 30 14 52-6s24 12 44-2" ${line(t.dark, 5)}/>`,
  Planners: (t, { kind }) => {
    const cells = (x, y, w, h, columns, rows) =>
      [...Array(columns * rows).keys()]
        .map(
          (i) =>
            `<rect x="${x + (i % columns) * w}" y="${y + Math.floor(i / columns) * h}" width="${w - 7}" height="${h - 7}" rx="4" ${fill([3, 8, 9, 14].includes(i) ? t.base : "#ece5d7")}/>`,
        )
        .join("");
    return kind === 2
      ? `<path d="M70 330 110 110h180l40 220z" ${fill(t.dark)}/><rect x="84" y="92" width="232" height="212" rx="12" ${fill("#fffdf8")}/><path d="M84 104c0-8 4-12 12-12h208c8 0 12 4 12 12v34H84z" ${fill(t.base)}/>${cells(106, 158, 39, 32, 5, 4)}<path d="M130 78v30M200 78v30M270 78v30" ${line(STUFF.metalDark, 8)}/>`
      : kind === 3
        ? `<rect x="92" y="62" width="216" height="268" rx="6" ${fill("#fffdf8")}/><rect x="92" y="62" width="216" height="58" ${fill(t.base)}/><path d="M84 62h232M84 330h232" ${line(STUFF.wood, 12)}/><path d="M200 56 150 24M200 56l50-32" ${line(STUFF.woodDark, 4)}/>${cells(112, 140, 36, 34, 5, 5)}`
        : `<path d="M200 104c-40-24-100-24-140-10v214c40-12 100-10 140 16z" ${fill("#fffdf8")}/><path d="M200 104c40-24 100-24 140-10v214c-40-12-100-10-140 16z" ${fill("#f3ecdf")}/><path d="M46 100v218c50-12 110-10 154 16c44-26 104-28 154-16V100" ${line(t.base, 14)}/><path d="M84 130c30-6 64-4 92 8M84 164c30-6 64-4 92 8M84 198c30-6 64-4 92 8M84 232c30-6 64-4 92 8" ${line(t.light, 6)}/><path d="M224 138c28-12 62-14 92-8M224 172c28-12 62-14 92-8M224 206c28-12 62-14 92-8" ${line("#d8ccb6", 6)}/><path d="M266 240h56v44h-56z" ${fill(t.pale)}/>`;
  },
  "Pencil Cases": (t, { kind, n }) =>
    kind === 1
      ? `<g transform="rotate(-4 200 220)"><path d="M60 130h280v176H60z" ${fill(t.base)}/><path d="M60 226h280v80H60z" ${fill(t.dark)}/>${[0, 1, 2, 3, 4, 5].map((i) => `<rect x="${84 + i * 42}" y="${94 + ((i + n) % 3) * 10}" width="20" height="136" rx="6" ${fill([STUFF.wood, t.pale, "#d98c7a", STUFF.metalDark, "#e0b34e", "#7ea2b8"][i])}/>`).join("")}<path d="M60 226h280v80H60z" ${fill(t.dark)}/><path d="M112 226v80M154 226v80M196 226v80M238 226v80M280 226v80" ${line(t.deep, 3)}/></g>`
      : kind === 2
        ? `<path d="M140 80h18l6 120h-30zM180 60h20v140h-24zM222 84h20l8 116h-32z" ${fill(STUFF.woodLight)}/><path d="m140 80 9-22 9 22zM180 60l10-24 10 24zM222 84l10-22 10 22z" ${fill(STUFF.ink)}/><path d="M112 166h176l16 138c2 18-8 26-26 26H122c-18 0-28-8-26-26z" ${fill(t.base)}/><path d="M104 226h192" ${line(t.light, 5)}/><path d="M250 166h38l16 138c2 18-8 26-26 26h-40c20-50 22-110 12-164z" ${fill(t.dark)}/>`
        : `<rect x="44" y="158" width="312" height="142" rx="48" ${fill(t.base)}/><path d="M72 186h256" ${line(t.deep, 8)}/><path d="M72 186h256" ${line(STUFF.brass, 3)} stroke-dasharray="3 7"/><path d="M318 186v38" ${line(STUFF.brass, 8)}/><path d="M300 160c34 6 56 20 56 58v32c0 30-20 50-50 50h-30c50-30 56-100 24-140z" ${fill(t.dark)}/><rect x="96" y="224" width="66" height="36" rx="5" ${fill(t.light)}/>`,
  "Desk Organisers": (t, { kind, material }) => {
    const main = stuffOf(material, t.base);
    const dark = mix(main, "#1b1a22", 0.25);
    const pencils = `<path d="M164 90h18v110h-18zM206 66h18v134h-18zM238 100h16v100h-16z" ${fill("#e0b34e")}/><path d="m164 90 9-22 9 22zM206 66l9-24 9 24zM238 100l8-20 8 20z" ${fill(STUFF.ink)}/>`;
    return [
      `<path d="M50 236h300v78c0 10-6 16-16 16H66c-10 0-16-6-16-16z" ${fill(main)}/><path d="M50 236 90 176h220l40 60z" ${fill(dark)}/><path d="M108 190h92v32H88zM212 190h82l20 32H212z" ${fill(mix(main, "#ffffff", 0.5))}/><path d="M150 270h100" ${line(t.base === main ? t.deep : t.base, 12)}/>`,
      `${pencils}<path d="M132 168h136v140c0 14-8 22-22 22h-92c-14 0-22-8-22-22z" ${fill(main)}/><path d="M228 168h40v140c0 14-8 22-22 22h-30c14-50 16-110 12-162z" ${fill(dark)}/><ellipse cx="200" cy="168" rx="68" ry="12" ${fill(mix(main, "#1b1a22", 0.5))}/><path d="M132 270h136" ${line(t.base, 12)}/>`,
      `<rect x="60" y="300" width="280" height="30" rx="10" ${fill(main)}/><path d="M96 300v-120c0-40 70-40 70 0v120M166 300v-150c0-40 70-40 70 0v150M236 300v-110c0-40 70-40 70 0v110" ${line(dark, 11)}/><rect x="112" y="170" width="150" height="104" ${fill("#fffaf0")} transform="rotate(-6 190 220)"/><path d="m112 178 78 56 72-66" ${line(t.base, 6)}/>`,
      `<rect x="40" y="210" width="320" height="34" rx="10" ${fill(main)}/><path d="M70 244h34v86H70zM296 244h34v86h-34z" ${fill(dark)}/><rect x="128" y="262" width="144" height="56" rx="8" ${fill(t.base)}/><path d="M186 290h28" ${line(t.pale, 6)}/><rect x="130" y="86" width="140" height="96" rx="8" ${fill(STUFF.ink)}/><rect x="140" y="96" width="120" height="76" rx="3" ${fill(t.light)}/><path d="M200 182v28M170 208h60" ${line(STUFF.ink, 8)}/>`,
    ][kind];
  },
};
