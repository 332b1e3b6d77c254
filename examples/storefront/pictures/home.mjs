import { fill, line, mix, STUFF, stuffOf } from "./tones.mjs";

export const home = {
  "Table Lamps": (t, { kind, material }) =>
    kind === 2
      ? `<path d="M84 190c0-70 52-112 116-112s116 42 116 112z" ${fill(t.base)}/><path d="M84 190h232c-8 18-60 26-116 26s-108-8-116-26z" ${fill("#fff0c2")}/><path d="M200 78c64 0 116 42 116 112h-46c0-70-30-106-70-112z" ${fill(t.dark)}/><path d="M176 214h48l14 100c2 10-4 16-14 16h-48c-10 0-16-6-14-16z" ${fill(t.light)}/><path d="M110 168c6-30 24-50 48-60" ${line(t.pale, 8)}/>`
      : kind === 3
        ? `<rect x="130" y="312" width="120" height="18" rx="9" ${fill(t.deep)}/><path d="M190 316V178l64-66" ${line(stuffOf(material, STUFF.metalDark), 10)}/><circle cx="190" cy="178" r="10" ${fill(t.deep)}/><path d="m232 84 78 62c8 6 6 14-2 20l-40 28c-10-34-34-66-62-76l14-30c3-6 7-8 12-4z" ${fill(t.base)}/><path d="M206 118c28 10 52 42 62 76c-22 8-74-48-62-76z" ${fill("#fff0c2")}/>`
        : `<path d="M146 84h108l44 108H102z" ${fill(material === "Linen" ? mix(t.base, "#fff6e2", 0.45) : t.base)}/><path d="M226 84h28l44 108h-46z" ${fill(t.dark)} opacity=".35"/><path d="M102 192h196" ${line("#fff0c2", 7)}/><path d="M192 196h16v40h-16z" ${fill(STUFF.brass)}/><path d="M200 228c40 0 58 26 58 54c0 30-22 48-58 48s-58-18-58-48c0-28 18-54 58-54z" ${fill(t.base)}/><path d="M162 284c0-18 10-32 24-38" ${line(t.pale, 8)}/><path d="M226 236c20 8 32 26 32 46c0 30-22 48-58 48c40-10 46-60 26-94z" ${fill(t.dark)}/>`,
  Cushions: (t, { kind, n }) =>
    kind === 3
      ? `<rect x="56" y="210" width="288" height="120" rx="60" ${fill(t.base)}/><ellipse cx="96" cy="270" rx="34" ry="58" ${fill(t.dark)}/><circle cx="96" cy="270" r="8" ${fill(t.pale)}/><path d="M150 212v116M200 210v120M250 210v120" ${line(t.light, 6)}/>`
      : `<path d="M84 122c50 14 182 14 232 0c22-6 30 6 24 26c-12 46-12 110 0 154c6 20-4 30-24 26c-58-12-174-12-232 0c-20 4-30-6-24-26c12-44 12-108 0-154c-6-20 2-32 24-26z" ${fill(t.base)}/><path d="M340 148c-12 46-12 110 0 154c6 20-4 30-24 26c-40-8-100-10-150-8c80-20 140-90 174-172z" ${fill(t.dark)} opacity=".55"/>${
          n % 3 === 0
            ? `<path d="M96 170c70 14 140 14 208 0M90 214c70 10 150 10 220 0M94 260c70-8 142-8 212 0M128 134v184M200 138v180M272 134v184" ${line(t.light, 5)}/>`
            : n % 3 === 1
              ? `<path d="m120 190 40-34 40 34 40-34 40 34M120 236l40-34 40 34 40-34 40 34M120 282l40-34 40 34 40-34 40 34" ${line(t.pale, 6)}/>`
              : `<circle cx="200" cy="224" r="9" ${fill(t.deep)}/><path d="M200 224c-30-20-60-40-96-66M200 224c30-20 60-40 96-66M200 224c-30 20-60 44-92 70M200 224c30 20 60 44 92 70" ${line(t.dark, 4)}/>`
        }`,
  Vases: (t, { kind, n }) => {
    const stems = `<path d="M200 130c-4-30-30-50-44-76M202 130c0-34 6-54 10-84M204 130c10-26 28-36 44-50" ${line("#6f8f6a", 5)}/><path d="M156 54c-18 2-24 14-22 26c14 0 22-10 22-26zM212 46c-12-14-10-28 2-38c12 12 10 26-2 38zM248 80c18-2 26-14 26-28c-16-2-26 10-26 28z" ${fill(n % 2 ? "#d98c7a" : "#86a67f")}/>`;
    const body =
      kind === 1
        ? `<path d="M184 130h32v54c30 10 48 36 48 70c0 46-26 76-64 76s-64-30-64-76c0-34 18-60 48-70z" ${fill(t.base)}/><path d="M216 184c30 10 48 36 48 70c0 46-26 76-64 76c44-20 52-110 16-146z" ${fill(t.dark)}/><path d="M156 258c0-26 10-42 26-50" ${line(t.pale, 8)}/>`
        : kind === 3
          ? `<path d="M166 120h68c-6 30 26 70 26 120c0 40-14 66-22 90h-76c-8-24-22-50-22-90c0-50 32-90 26-120z" ${fill(t.base)}/><path d="M214 120h20c-6 30 26 70 26 120c0 40-14 66-22 90h-30c30-60 26-150 6-210z" ${fill(t.dark)}/><path d="M146 236c30 10 78 10 108 0" ${line(t.light, 8)}/>`
          : `<path d="M160 126h80l-10 34c36 20 54 60 40 106c-12 40-34 64-70 64s-58-24-70-64c-14-46 4-86 40-106z" ${fill(t.base)}/><path d="M230 160c36 20 54 60 40 106c-12 40-34 64-70 64c56-40 60-120 30-170z" ${fill(t.dark)}/><path d="M150 236c-2-26 8-44 24-56" ${line(t.pale, 9)}/>${n % 3 === 0 ? `<path d="M128 262c40 18 104 18 144 0" ${line(t.light, 10)}/>` : ""}`;
    return stems + body;
  },
  Candles: (t, { kind }) => {
    const flame = (x, y) =>
      `<path d="M${x} ${y}v-18" ${line(STUFF.ink, 4)}/><path d="M${x} ${y - 62}c18 22 20 50 0 50s-18-28 0-50z" ${fill("#ffb94a")}/><path d="M${x} ${y - 40}c8 12 8 26 0 26s-8-14 0-26z" ${fill("#fff3c4")}/>`;
    return kind === 1
      ? `${flame(150, 170)}${flame(250, 220)}<rect x="112" y="168" width="76" height="162" rx="10" ${fill(t.base)}/><rect x="212" y="218" width="76" height="112" rx="10" ${fill(t.light)}/><path d="M112 178c0 20 22 8 26 30s14 16 16-6s20-6 34-24v-10h-76z" ${fill(t.pale)}/><path d="M268 228v90M168 200v120" ${line(t.dark, 7)}/>`
      : `${flame(200, 168)}<rect x="122" y="160" width="156" height="170" rx="18" ${fill(kind === 3 ? "#e9eef0" : t.base)}/>${kind === 3 ? `<path d="M132 196h136v106c0 12-6 18-18 18h-100c-12 0-18-6-18-18z" ${fill(t.base)}/>` : ""}<ellipse cx="200" cy="166" rx="78" ry="14" ${fill(t.pale)}/><rect x="150" y="214" width="100" height="72" rx="6" ${fill(STUFF.cream)}/><path d="M170 238h60M178 256h44" ${line(t.deep, 5)}/><path d="M262 190v118" ${line(t.dark, 8)}/>`;
  },
  Blankets: (t, { n, kind }) =>
    `<path d="M70 236c0-16 10-24 26-24h208c16 0 26 8 26 24v70c0 16-10 24-26 24H96c-16 0-26-8-26-24z" ${fill(t.dark)}/><path d="M64 186c0-16 10-24 26-24h220c16 0 26 8 26 24v46c0 16-10 24-26 24H90c-16 0-26-8-26-24z" ${fill(t.base)}/><path d="M76 136c0-16 10-24 26-24h196c16 0 26 8 26 24v40c0 16-10 22-26 22H102c-16 0-26-6-26-22z" ${fill(t.light)}/>${
      n % 2
        ? `<path d="M130 112v86M190 112v86M250 112v86M120 162v94M200 200v56M280 200v56M76 152h248M64 226h272" ${line(t.pale, 6)}/>`
        : `<path d="M80 142h240M78 168h244M66 216h268" ${line(t.deep, 5)}/>`
    }${kind === 1 || kind === 2 ? `<path d="M100 330v18M124 330v18M148 330v18M172 330v18M196 330v18M220 330v18M244 330v18M268 330v18M292 330v18" ${line(t.deep, 4)}/>` : ""}<path d="M324 130c14 30 16 80 8 110" ${line(t.dark, 4)}/>`,
};
