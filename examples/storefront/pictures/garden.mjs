import { fill, line, mix, STUFF, stuffOf } from "./tones.mjs";

const leaves = (n) =>
  n % 3 === 0
    ? `<path d="M200 190c-10-50-60-60-84-46c10 34 44 54 84 46zM200 190c6-60 50-80 84-62c-8 44-40 68-84 62zM200 190c-22-50-10-100 6-122c26 30 28 80-6 122z" ${fill("#6f9a6b")}/><path d="M200 190c10-40 40-56 66-50M200 190c-18-26-40-38-66-38M202 186c-6-40-2-70 4-96" ${line("#4d7650", 4)}/>`
    : n % 3 === 1
      ? `<path d="M160 190c-14-60-10-96 4-126c16 30 16 84 8 126zM192 190c-10-70-2-116 12-146c16 36 16 100 6 146zM222 190c0-60 12-96 30-118c8 38-2 86-14 118z" ${fill("#7fa97c")}/><path d="M166 180c-6-40-6-70-2-96M202 182c-4-50 0-90 3-116M230 180c4-40 10-64 18-84" ${line("#5c8760", 4)}/>`
      : `<circle cx="150" cy="140" r="34" ${fill("#6f9a6b")}/><circle cx="200" cy="110" r="44" ${fill("#83ad7d")}/><circle cx="250" cy="142" r="34" ${fill("#6f9a6b")}/><circle cx="200" cy="156" r="40" ${fill("#5f8b60")}/><g ${fill("#f3e3a2")}><circle cx="176" cy="104" r="6"/><circle cx="224" cy="122" r="6"/><circle cx="200" cy="152" r="6"/><circle cx="148" cy="140" r="6"/><circle cx="252" cy="138" r="6"/></g>`;

export const garden = {
  Planters: (t, { kind, n, material }) => {
    const pot = material === "Zinc" ? mix(t.base, "#a3adb2", 0.5) : t.base;
    const dark = mix(pot, "#1b1a22", 0.22);
    if (kind === 3)
      return `<g transform="translate(-66 30)">${leaves(n)}</g><g transform="translate(66 30)">${leaves(n + 1)}</g><path d="M56 214h288l-18 104c-2 8-8 12-18 12H92c-10 0-16-4-18-12z" ${fill(pot)}/><path d="M48 200h304v26H48z" ${fill(dark)}/><path d="M104 250v56M168 250v56M232 250v56M296 250v56" ${line(mix(pot, "#ffffff", 0.3), 6)}/>`;
    const hang = kind === 2 ? `<path d="M200 20 128 200M200 20l72 180" ${line(STUFF.woodLight, 5)}/>` : "";
    return `${hang}${leaves(n)}<path d="M122 198h156l-18 114c-2 12-10 18-22 18h-76c-12 0-20-6-22-18z" ${fill(pot)}/><path d="M232 198h46l-18 114c-2 12-10 18-22 18h-26c16-30 22-80 20-132z" ${fill(dark)}/><rect x="110" y="182" width="180" height="30" rx="9" ${fill(mix(pot, "#ffffff", 0.16))}/>${n % 2 ? `<path d="m132 258 14-16 14 16 14-16 14 16 14-16 14 16 14-16 14 16 14-16" ${line(mix(pot, "#ffffff", 0.5), 6)}/>` : ""}`;
  },
  "Watering Cans": (t, { kind, material }) => {
    const body = material === "Copper" ? "#c77b50" : t.base;
    const dark = mix(body, "#1b1a22", 0.24);
    return kind === 0
      ? `<path d="M264 190c72-30 92 80 8 96" ${line(dark, 15)}/><path d="M140 190c0-70 110-70 110 0" ${line(dark, 13)}/><path d="M136 262 62 156" ${line(body, 22)}/><path d="m30 172 62-48-10 50-24 20z" ${fill(STUFF.brass)}/><path d="M126 186h146l12 124c2 12-6 20-18 20H132c-12 0-20-8-18-20z" ${fill(body)}/><path d="M240 186h32l12 124c2 12-6 20-18 20h-40c20-40 22-100 14-144z" ${fill(dark)}/><path d="M120 226h158" ${line(mix(body, "#ffffff", 0.35), 7)}/>`
      : `<path d="M270 220c70-40 84 80 6 78" ${line(dark, 13)}/><path d="M160 290C90 290 96 150 44 104" ${line(body, 14)}/><path d="m36 96 18 12" ${line(STUFF.brass, 16)}/><path d="M212 170c46 0 74 38 74 88c0 46-20 72-74 72s-74-26-74-72c0-50 28-88 74-88z" ${fill(body)}/><path d="M236 174c32 10 50 44 50 84c0 46-20 72-74 72c60-30 60-110 24-156z" ${fill(dark)}/><ellipse cx="212" cy="178" rx="40" ry="10" ${fill(mix(body, "#1b1a22", 0.5))}/><path d="M160 262c0-26 6-42 20-56" ${line(mix(body, "#ffffff", 0.5), 8)}/>`;
  },
  "Hand Tools": (t, { kind, material }) => {
    const steel = stuffOf(material, STUFF.metal);
    const dark = mix(steel, "#1b1a22", 0.28);
    const head = [
      `<path d="M160 226h80c8 60-10 116-40 140c-30-24-48-80-40-140z" ${fill(steel)}/><path d="M200 226h40c8 60-10 116-40 140z" ${fill(dark)}/>`,
      `<path d="M150 366V252c0-26 100-26 100 0v114M200 234v132" ${line(steel, 17)}/>`,
      `<path d="M186 226h28v84l34 34-16 16-46-44z" ${fill(steel)}/>`,
      `<path d="M176 226h48l-18 136c-2 8-10 8-12 0z" ${fill(steel)}/><path d="M182 262h38M185 290h31M189 318h23" ${line(dark, 5)}/>`,
    ][kind];
    return `<g transform="rotate(28 200 200)"><path d="M192 170h16v64h-16z" ${fill(dark)}/>${head}<path d="M178 60c0-30 44-30 44 0l6 96c0 14-8 22-28 22s-28-8-28-22z" ${fill(STUFF.wood)}/><path d="M206 38c10 2 16 10 16 22l6 96c0 14-8 22-22 22c8-40 8-100 0-140z" ${fill(STUFF.woodDark)}/><path d="M175 108h50l3 48c0 14-8 22-28 22s-28-8-28-22z" ${fill(t.base)}/><path d="M192 40c-20-30 24-36 16 0" ${line(t.dark, 6)}/></g>`;
  },
  Lanterns: (t, { kind, n }) =>
    `<path d="M168 84c0-60 64-60 64 0" ${line(t.dark, 9)}/>${kind === 3 ? `<path d="M200 40V0" ${line(t.dark, 6)}/>` : ""}<path d="M200 66c50 0 76 26 82 56H118c6-30 32-56 82-56z" ${fill(t.base)}/><path d="M214 66c40 4 62 28 68 56h-44c0-22-8-42-24-56z" ${fill(t.dark)}/><path d="M132 122h136l10 178H122z" ${fill("#fdf3d3")}/>${
      n % 2 ? `<path d="M166 122v178M234 122v178" ${line(t.base, 7)}/>` : `<path d="M128 180h144M126 244h148M200 122v178" ${line(t.base, 6)}/>`
    }<path d="M132 122h136l10 178H122z" ${line(t.base, 10)}/><rect x="180" y="238" width="40" height="62" rx="4" ${fill("#fffaf0")}/><path d="M200 176c18 22 18 52 0 52s-18-30 0-52z" ${fill("#ffb94a")}/><path d="M200 200c8 10 8 24 0 24s-8-14 0-24z" ${fill("#fff3c4")}/><rect x="108" y="300" width="184" height="30" rx="9" ${fill(t.dark)}/>`,
  "Bird Houses": (t, { kind, material, n }) => {
    const wood = stuffOf(material, STUFF.wood);
    const dark = mix(wood, "#1b1a22", 0.24);
    const front =
      kind === 3
        ? `<path d="M130 190h140v54H130z" ${fill(dark)}/><g ${fill(STUFF.woodLight)}>${[0, 1, 2, 3, 4].map((i) => `<circle cx="${146 + i * 27}" cy="206" r="10"/><circle cx="${146 + i * 27}" cy="230" r="10"/>`).join("")}</g><g ${fill("#3b2a1e")}>${[0, 1, 2, 3, 4].map((i) => `<circle cx="${146 + i * 27}" cy="206" r="4"/><circle cx="${146 + i * 27}" cy="230" r="4"/>`).join("")}</g><path d="M140 262v50M164 262v50M188 262v50M212 262v50M236 262v50M260 262v50" ${line(STUFF.woodLight, 12)}/>`
        : kind === 1
          ? `<path d="M132 200h136v84H132z" ${fill("#eef2f2")}/><path d="M132 250c30-16 60 10 136-8v42H132z" ${fill("#d2a766")}/>`
          : `<circle cx="200" cy="${218 + (n % 2) * 8}" r="27" ${fill("#3b2a1e")}/><path d="M200 268v24" ${line(dark, 10)}/>`;
    return `<path d="M200 60V20" ${line(STUFF.metalDark, 5)}/><path d="M112 166h176v164H112z" ${fill(wood)}/><path d="M252 166h36v164h-36z" ${fill(dark)} opacity=".6"/>${front}<path d="M200 52 324 172l-22 22L200 96 98 194l-22-22z" ${fill(t.base)}/><path d="M200 52 324 172l-22 22L200 96z" ${fill(t.dark)}/>${kind === 1 ? `<rect x="92" y="306" width="216" height="24" rx="8" ${fill(t.base)}/>` : ""}`;
  },
};
