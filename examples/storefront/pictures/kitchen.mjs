import { fill, line, mix, STUFF, stuffOf } from "./tones.mjs";

export const kitchen = {
  Mugs: (t, { kind, n }) =>
    kind === 1
      ? `<ellipse cx="196" cy="318" rx="122" ry="16" ${fill(t.light)}/><path d="M262 214c46-10 54 58-8 62" ${line(t.dark, 14)}/><path d="M130 190h138c0 60-14 116-44 122h-50c-30-6-44-62-44-122z" ${fill(t.base)}/><ellipse cx="199" cy="190" rx="69" ry="13" ${fill("#5d3f2c")}/><path d="M150 212c2 34 8 60 20 80" ${line(t.pale, 7)}/>`
      : `<path d="M268 176c66-12 74 96-4 98" ${line(t.dark, 20)}/><path d="M116 140h160v160c0 20-12 30-32 30h-96c-20 0-32-10-32-30z" ${fill(t.base)}/><path d="M240 140h36v160c0 20-12 30-32 30h-30c20 0 26-12 26-30z" ${fill(t.dark)}/><ellipse cx="196" cy="140" rx="80" ry="17" ${fill(t.pale)}/><ellipse cx="196" cy="143" rx="68" ry="11" ${fill("#6b4a34")}/>${
          kind === 2
            ? `<path d="M116 140a80 17 0 0 1 160 0" ${line(STUFF.ink, 6)}/>`
            : n % 2
              ? `<path d="M116 262h160v38c0 20-12 30-32 30h-96c-20 0-32-10-32-30z" ${fill(STUFF.cream)}/>`
              : `<path d="M116 220c30 14 130 14 160 0" ${line(t.light, 8)}/>`
        }<path d="M138 176v90" ${line(t.light, 10)}/>`,
  Pans: (t, { material, kind }) => {
    const pan = stuffOf(material, t.base);
    return `<g transform="rotate(-32 180 220)"><rect x="282" y="208" width="132" height="26" rx="13" ${fill(kind === 1 || kind === 3 ? t.base : mix(pan, "#1b1a22", 0.35))}/><circle cx="394" cy="221" r="6" ${fill("#f4f1ea")}/><circle cx="174" cy="221" r="124" ${fill(mix(pan, "#1b1a22", 0.3))}/><circle cx="174" cy="221" r="112" ${fill(pan)}/><circle cx="174" cy="221" r="88" ${fill(mix(pan, "#1b1a22", 0.18))}/><path d="M102 196a78 78 0 0 1 50-50" ${line(mix(pan, "#ffffff", 0.45), 8)}/><rect x="276" y="200" width="26" height="42" rx="8" ${fill(t.dark)}/></g>${kind === 3 ? `<circle cx="176" cy="224" r="62" ${fill("#ecc98a")}/><circle cx="160" cy="212" r="7" ${fill("#d9a75c")}/><circle cx="196" cy="240" r="9" ${fill("#d9a75c")}/>` : kind === 0 ? `<path d="M138 226c-6-34 30-54 56-38c30 0 44 30 22 50c-8 30-66 28-78-12z" ${fill("#fbf6ea")}/><circle cx="180" cy="222" r="20" ${fill("#f0b43c")}/>` : ""}`;
  },
  Knives: (t, { kind, material }) => {
    const steel = stuffOf(material, STUFF.metal);
    const blade =
      kind === 2
        ? `<path d="M176 60c26 0 44 10 44 30v144h-44z" ${fill(steel)}/><path d="m176 76-7 11 7 11-7 11 7 11-7 11 7 11-7 11 7 11-7 11 7 11-7 11 7 11-7 11 7 11" ${line(mix(steel, "#1b1a22", 0.3), 4)}/>`
        : kind === 1
          ? `<path d="M184 130c26 14 34 50 34 104h-34z" ${fill(steel)}/><path d="M184 130v104h12c0-50-2-80-12-104z" ${fill(mix(steel, "#ffffff", 0.5))}/>`
          : `<path d="M172 40c36 40 54 100 52 194h-52z" ${fill(steel)}/><path d="M172 40v194h18c2-90-2-140-18-194z" ${fill(mix(steel, "#ffffff", 0.5))}/>${kind === 3 ? `<path d="M206 130v14M208 156v14M209 182v14M210 208v12" ${line(mix(steel, "#1b1a22", 0.25), 6)}/>` : ""}`;
    return `<g transform="rotate(34 200 200)">${blade}<rect x="166" y="232" width="58" height="16" rx="4" ${fill(STUFF.metalDark)}/><path d="M172 248h46l6 100c2 16-8 24-28 24s-28-8-26-24z" ${fill(t.base)}/><path d="M206 248h12l6 100c2 16-8 24-24 24c8-30 10-80 6-124z" ${fill(t.dark)}/><circle cx="196" cy="276" r="5" ${fill(STUFF.metal)}/><circle cx="197" cy="310" r="5" ${fill(STUFF.metal)}/><circle cx="197" cy="344" r="5" ${fill(STUFF.metal)}/></g>`;
  },
  Teapots: (t, { kind, material }) => {
    const glass = material === "Borosilicate glass";
    const body = glass ? "#dfeaec" : t.base;
    return `${kind === 1 ? `<path d="M136 150c0-92 128-92 128 0" ${line(STUFF.woodDark, 14)}/>` : `<path d="M284 204c64-20 68 86-10 84" ${line(glass ? t.base : t.dark, 17)}/>`}<path d="M118 214c-40-6-44-34-74-44c10 46 26 90 84 104z" ${fill(glass ? "#cfdfe2" : t.dark)}/><path d="M200 142c70 0 102 44 102 94c0 60-40 94-102 94s-102-34-102-94c0-50 32-94 102-94z" ${fill(body)}/>${glass ? `<path d="M104 250c40-14 150 14 192-6c0 54-38 80-96 80s-94-24-96-74z" ${fill("#c98a4b")}/>` : `<path d="M240 148c42 14 62 48 62 88c0 60-40 94-102 94c70-20 86-120 40-182z" ${fill(t.dark)}/>`}<path d="M146 150c10-18 98-18 108 0c-20 10-88 10-108 0z" ${fill(t.light)}/><circle cx="200" cy="124" r="14" ${fill(t.deep)}/><path d="M126 236c2-30 14-50 34-62" ${line(glass ? "#ffffff" : t.pale, 9)}/>${material === "Cast iron" ? `<g ${fill(t.deep)}><circle cx="150" cy="256" r="5"/><circle cx="178" cy="272" r="5"/><circle cx="206" cy="256" r="5"/><circle cx="234" cy="272" r="5"/><circle cx="178" cy="238" r="5"/><circle cx="234" cy="238" r="5"/></g>` : ""}`;
  },
  "Cutting Boards": (t, { kind, material, n }) => {
    const wood = stuffOf(material, STUFF.wood);
    const dark = mix(wood, "#1b1a22", 0.22);
    const shape =
      kind === 1 || kind === 2
        ? `<path d="M172 40h56c12 0 18 8 18 18l8 62c40 6 56 24 56 60v114c0 24-12 36-36 36H126c-24 0-36-12-36-36V180c0-36 16-54 56-60l8-62c0-10 6-18 18-18z" ${fill(wood)}/><circle cx="200" cy="72" r="12" ${fill("#f4f1ea")}/><path d="M200 62c-20-30 10-40 10-20" ${line(t.base, 6)}/>`
        : `<rect x="70" y="92" width="260" height="238" rx="22" ${fill(wood)}/><rect x="92" y="114" width="216" height="194" rx="12" ${line(dark, 6)}/><circle cx="296" cy="126" r="12" ${fill("#f4f1ea")}/><path d="M296 118c10-34 34-20 18 2" ${line(t.base, 6)}/>`;
    return `${shape}<path d="M120 ${190 + (n % 3) * 8}c50-14 100 16 160-2M124 240c60 12 100-12 152 2M126 284c50-10 90 8 146-2" ${line(mix(wood, "#1b1a22", 0.1), 4)}/>${kind === 3 ? `<path d="M70 300h260v14c0 10-8 16-20 16H90c-12 0-20-6-20-16z" ${fill(dark)}/>` : kind === 2 ? `<path d="M132 252c0-40 136-40 136 0v26c0 8-6 12-14 12H146c-8 0-14-4-14-12z" ${fill("#cf9450")}/><path d="m164 232 10 18M194 226l10 20M226 230l8 18" ${line("#f0cd94", 6)}/>` : ""}`;
  },
};
