import { fill, line, mix, STUFF } from "./tones.mjs";

const SLEEVED = "M146 84 84 112c-16 8-22 22-26 40L36 262l46 14 28-92v146h180V184l28 92 46-14-22-110c-4-18-10-32-26-40l-62-28z";

export const clothing = {
  Jackets: (t, { kind }) =>
    `<path d="${SLEEVED}" ${fill(t.base)}/><path d="M290 184l28 92 46-14-22-110c-4-18-10-32-26-40l-62-28c20 60 26 150 16 246h20z" ${fill(t.dark)}/>${
      kind === 0
        ? `<path d="M146 84c4-46 104-46 108 0c-14 34-94 34-108 0z" ${fill(t.dark)}/><path d="M162 88c6-26 70-26 76 0c-16 20-60 20-76 0z" ${fill(t.deep)}/>`
        : `<path d="M158 78h84l-14 38h-56z" ${fill(t.deep)}/>`
    }<path d="M200 ${kind === 0 ? 104 : 112}v226" ${line(t.deep, 5)}/>${
      kind === 1
        ? `<path d="M112 150h176M110 194h180M110 238h180M110 282h180" ${line(t.dark, 6)}/>`
        : kind === 3
          ? `<g ${fill(STUFF.cream)}><circle cx="210" cy="150" r="5"/><circle cx="210" cy="194" r="5"/><circle cx="210" cy="238" r="5"/><circle cx="210" cy="282" r="5"/></g><path d="M128 160h50v46h-50zM224 160h50v46h-50z" ${fill(t.light)}/>`
          : `<path d="M130 240h46v52h-46zM224 240h46v52h-46z" ${fill(t.dark)}/><path d="M130 240h46M224 240h46" ${line(t.light, 5)}/>`
    }`,
  "T-Shirts": (t, { kind }) => {
    const body = kind === 2 ? SLEEVED : "M150 86 76 122c-10 6-16 14-18 24l-14 62 58 14 10-26v134h176V196l10 26 58-14-14-62c-2-10-8-18-18-24l-74-36z";
    return `<path d="${body}" ${fill(t.base)}/>${
      kind === 3 ? `<path d="M112 158h176M112 190h176M112 222h176M112 254h176M112 286h176" ${line(mix(t.base, "#fffaf0", 0.75), 10)}/>` : ""
    }<path d="M150 86c10 44 90 44 100 0h-14c-12 26-60 26-72 0z" ${fill(t.dark)}/><path d="M288 196v134h-30c14-50 20-100 18-160z" ${fill(t.dark)} opacity=".5"/>${kind === 1 ? `<path d="M222 168h46v44c0 8-46 8-46 0z" ${fill(t.light)}/><path d="M222 178h46" ${line(t.dark, 3)}/>` : ""}`;
  },
  Sweaters: (t, { kind, n }) =>
    `<path d="${SLEEVED}" ${fill(t.base)}/>${
      kind === 2
        ? `<path d="M152 90V60c0-14 96-14 96 0v30c-14 22-82 22-96 0z" ${fill(t.light)}/><path d="M152 66c20 12 76 12 96 0" ${line(t.dark, 4)}/>`
        : kind === 1
          ? `<path d="m158 82 42 92 42-92-14-4-28 40-28-40z" ${fill(t.dark)}/><path d="M200 170v168" ${line(t.deep, 4)}/><g ${fill(STUFF.woodLight)}><circle cx="209" cy="196" r="6"/><circle cx="209" cy="236" r="6"/><circle cx="209" cy="276" r="6"/></g>`
          : `<path d="M146 84c10 46 98 46 108 0l-16-6c-10 30-66 30-76 0z" ${fill(t.dark)}/>`
    }${
      kind === 3 || n % 3 === 0
        ? `<path d="m132 150 14 20-14 20 14 20-14 20 14 20-14 20 14 20M158 150l-12 20 12 20-12 20 12 20-12 20 12 20-12 20M244 150l14 20-14 20 14 20-14 20 14 20-14 20 14 20M270 150l-12 20 12 20-12 20 12 20-12 20 12 20-12 20" ${line(t.light, 5)}/>`
        : n % 3 === 1
          ? `<path d="m114 176 14-14 14 14 14-14 14 14 14-14 14 14 14-14 14 14 14-14 14 14 14-14 14 14M114 204h172" ${line(t.pale, 6)}/>`
          : ""
    }<path d="M110 306h180v24H110zM36 262l46 14 6-22-46-14zM364 262l-46 14-6-22 46-14z" ${fill(t.dark)}/><path d="M128 308v20M152 308v20M176 308v20M200 308v20M224 308v20M248 308v20M272 308v20" ${line(t.deep, 3)}/>`,
  Caps: (t, { kind }) =>
    [
      `<path d="M92 250c0-90 50-136 112-136s104 46 104 136z" ${fill(t.base)}/><path d="M204 114c62 0 104 46 104 136h-60c0-70-14-116-44-136z" ${fill(t.dark)}/><path d="M92 250c60-16 160-10 216 0c30 10 58 30 66 52c-50-26-170-36-282-30z" ${fill(t.deep)}/><circle cx="204" cy="112" r="10" ${fill(t.deep)}/><path d="M204 118c-34 30-50 76-52 128" ${line(t.dark, 3)}/><circle cx="140" cy="196" r="24" ${fill(STUFF.cream)}/><path d="m128 206 12-22 12 22z" ${fill(t.base)}/>`,
      `<path d="M100 262c-4-100 40-160 100-160s104 60 100 160z" ${fill(t.base)}/><circle cx="200" cy="88" r="34" ${fill(t.pale)}/><path d="M136 262c0-70 20-130 50-156M200 262V104M264 262c0-70-20-130-50-156" ${line(t.dark, 5)}/><rect x="88" y="246" width="224" height="66" rx="18" ${fill(t.light)}/><path d="M112 250v58M140 250v58M168 250v58M196 250v58M224 250v58M252 250v58M280 250v58" ${line(t.base, 5)}/>`,
      `<path d="M128 230l14-104c4-20 112-20 116 0l14 104z" ${fill(t.base)}/><path d="M240 114c12 2 18 6 18 12l14 104h-40z" ${fill(t.dark)}/><path d="M128 222c40 14 104 14 144 0l58 66c6 10 2 18-10 18c-80 14-160 14-240 0c-12 0-16-8-10-18z" ${fill(t.light)}/><path d="M110 262c60 18 120 18 180 0M94 284c70 18 142 18 212 0" ${line(t.dark, 4)}/><path d="M130 214c40 14 100 14 140 0" ${line(t.deep, 9)}/>`,
      `<path d="M96 246c-4-80 30-130 104-130s108 50 104 130z" ${fill(t.base)}/><path d="M146 246c-6-60 0-100 20-124h68c20 24 26 64 20 124z" ${fill(t.light)}/><path d="M82 252c60-20 176-20 236 0c14 20 14 34 4 48c-70-24-174-24-244 0c-10-14-10-28 4-48z" ${fill(t.dark)}/><rect x="164" y="170" width="72" height="46" rx="6" ${fill(STUFF.cream)}/><path d="M178 193h44" ${line(t.deep, 6)}/>`,
    ][kind],
  Socks: (t, { kind, n }) => {
    const sock = (x, front) =>
      kind === 2
        ? `<g transform="translate(${x} 40)"><path d="M150 150h78v60l62 50c18 16 12 40-14 40h-78c-34 0-48-16-48-46z" ${fill(front ? t.base : t.dark)}/><path d="M146 142h86v28h-86z" ${fill(t.light)}/><path d="M262 238c30 20 36 62 14 62h-26c-16-20-10-50 12-62z" ${fill(t.deep)}/></g>`
        : `<g transform="translate(${x} 0)"><path d="M150 76h78v142l66 58c18 18 12 54-18 54h-76c-34 0-50-18-50-50z" ${fill(front ? t.base : t.dark)}/><path d="M146 68h86v36h-86z" ${fill(t.light)}/>${n % 2 ? `<path d="M150 128h78M150 152h78M150 176h78" ${line(t.pale, 10)}/>` : `<path d="m152 140 12-12 13 12 12-12 13 12 12-12 12 12M152 176l12-12 13 12 12-12 13 12 12-12 12 12" ${line(t.pale, 6)}/>`}<path d="M268 252c32 22 38 78 8 78h-26c-20-24-12-60 18-78zM150 230c30 4 44 20 44 44l-44 6z" ${fill(t.deep)}/></g>`;
    return sock(28, false) + sock(-34, true);
  },
};
