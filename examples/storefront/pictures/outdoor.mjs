import { fill, line, STUFF, stuffOf } from "./tones.mjs";

/** Each drawing: (tones, { kind, material, n }) → SVG inside a 400 × 400 box, standing on y = 330. `n` is a number from the id, for small differences. */
export const outdoor = {
  Tents: (t, { kind }) =>
    kind === 3
      ? `<path d="M50 330C52 190 130 110 200 110s148 80 150 220z" ${fill(t.base)}/><path d="M200 110c-38 40-62 120-66 220H50C52 190 130 110 200 110z" ${fill(t.light)}/><path d="M200 178c-30 34-44 90-46 152h92c-2-62-16-118-46-152z" ${fill(t.deep)}/><path d="M200 178c-26 34-36 90-38 152h-8c2-62 16-118 46-152z" ${fill(t.pale)}/><path d="M200 110c60 30 110 110 124 220" ${line(t.dark, 4)}/>`
      : `<path d="M200 92 362 330H38z" ${fill(t.base)}/><path d="M200 92 38 330h112z" ${fill(t.light)}/><path d="M200 92 262 330H150z" ${fill(t.deep)}/><path d="M200 92 150 330h28z" ${fill(t.pale)}/><path d="M200 92 262 330h-18z" ${fill(t.dark)}/><path d="m200 92-9-16M200 92l9-16M38 330l-18 10M362 330l18 10" ${line(t.deep, 5)}/>${kind === 1 ? `<path d="M284 216h44l-16 46h-24z" ${fill(t.dark)}/>` : ""}`,
  Backpacks: (t, { kind, n }) =>
    `<path d="M160 96c0-42 80-42 80 0" ${line(t.deep, 11)}/><path d="M104 300V150c0-40 36-64 96-64s96 24 96 64v150c0 20-12 30-32 30H136c-20 0-32-10-32-30z" ${fill(t.base)}/><path d="M104 190c-24 8-30 30-30 60s6 56 30 62zM296 190c24 8 30 30 30 60s-6 56-30 62z" ${fill(t.dark)}/><path d="M104 160c0-50 36-74 96-74s96 24 96 74c0 30-30 44-96 44s-96-14-96-44z" ${fill(t.light)}/><rect x="132" y="226" width="136" height="84" rx="18" ${fill(t.dark)}/><path d="M132 250h136" ${line(t.deep, 4)}/>${
      kind === 2
        ? `<path d="M116 92h168l-10 34H126z" ${fill(t.deep)}/>`
        : `<path d="M160 ${186 + (n % 3) * 4}v56M240 ${186 + (n % 3) * 4}v56" ${line(STUFF.woodLight, 10)}/><rect x="152" y="232" width="16" height="16" rx="3" ${fill(STUFF.brass)}/><rect x="232" y="232" width="16" height="16" rx="3" ${fill(STUFF.brass)}/>`
    }`,
  "Sleeping Bags": (t, { kind }) =>
    kind === 3 || kind === 2
      ? `<rect x="64" y="190" width="272" height="140" rx="70" ${fill(t.base)}/><path d="M266 190a70 70 0 0 1 0 140a70 70 0 0 1 0-140z" ${fill(t.dark)}/><path d="M266 214a46 46 0 1 1-2 92c-24-2-38-26-30-48c8-20 36-24 46-6c8 16-6 30-18 22" ${line(t.light, 9)}/><path d="M120 192v136M186 190v140" ${line(t.deep, 10)}/>`
      : `<path d="M122 150c0-50 34-80 78-80s78 30 78 80c0 60-14 100-22 148c-4 24-22 34-56 34s-52-10-56-34c-8-48-22-88-22-148z" ${fill(t.base)}/><path d="M150 140c0-34 22-50 50-50s50 16 50 50c0 20-20 32-50 32s-50-12-50-32z" ${fill(t.deep)}/><path d="M158 148c6-26 22-36 42-36s36 10 42 36c-10 16-24 20-42 20s-32-4-42-20z" ${fill(t.pale)}/><path d="M130 200c40 16 100 16 140 0M140 244c36 14 84 14 120 0M147 286c30 10 76 10 106 0" ${line(t.dark, 5)}/><path d="M200 172v156" ${line(t.light, 4)}/>`,
  "Water Bottles": (t, { kind, material }) =>
    kind === 2
      ? `<path d="M156 140h88l6 40v132c0 12-8 18-20 18h-60c-12 0-20-6-20-18V180z" ${fill(t.base)}/><rect x="162" y="76" width="76" height="64" rx="10" ${fill(stuffOf(material, STUFF.metal))}/><path d="M162 104h76" ${line(STUFF.metalDark, 4)}/><path d="M150 206h100v60H150z" ${fill(t.light)}/><path d="M168 190v124" ${line(t.pale, 9)}/>`
      : `<path d="M150 176c0-26 20-28 24-50h52c4 22 24 24 24 50v134c0 14-8 20-22 20h-56c-14 0-22-6-22-20z" ${fill(t.base)}/><path d="M214 126h12c4 22 24 24 24 50v134c0 14-8 20-22 20h-20c14 0 18-6 18-20V176c0-26-10-28-12-50z" ${fill(t.dark)}/><rect x="168" y="84" width="64" height="42" rx="9" ${fill(kind === 3 ? STUFF.wood : STUFF.ink)}/>${kind === 1 ? `<path d="M176 84c0-34 48-34 48 0" ${line(STUFF.ink, 9)}/>` : ""}<path d="M168 186v110" ${line(t.pale, 9)}/><path d="M190 230l16-24 16 24zM196 244l12-18 12 18z" ${fill(t.pale)}/>`,
  Headlamps: (t, { kind }) =>
    `<path d="M70 214c0-120 260-120 260 0" ${line(t.base, 30)}/><path d="M70 214c0 80 50 96 90 98M330 214c0 80-50 96-90 98" ${line(t.dark, 26)}/><path d="M92 168c10-14 22-24 38-32M308 168c-10-14-22-24-38-32" ${line(t.light, 6)}/><rect x="134" y="96" width="132" height="86" rx="26" ${fill(STUFF.ink)}/><circle cx="${kind === 1 ? 174 : 200}" cy="139" r="31" ${fill("#fff3c4")}/><circle cx="${kind === 1 ? 174 : 200}" cy="139" r="16" ${fill("#ffd75e")}/>${kind === 1 ? `<circle cx="234" cy="139" r="14" ${fill("#e8563f")}/>` : ""}<rect x="150" y="296" width="100" height="34" rx="12" ${fill(t.deep)}/>`,
};
