import type { Weights } from "./lister.js";

/** Weight of what lies `distance` steps before the newest item of a session of `length` items. */
const DECAYS = {
  same: () => 1,
  log: (distance: number) => 1 / Math.log10(distance + 2.7),
  linear: (distance: number) => Math.max(0, 1 - distance / 10),
  steep: (distance: number) => Math.max(0, 1 - distance / 4),
  position: (distance: number, length: number) => (length - distance) / length,
  div: (distance: number) => 1 / (distance + 1),
  quadratic: (distance: number) => 1 / (distance + 1) ** 2,
} as const;
type Decay = keyof typeof DECAYS;

type Common = Pick<Weights, "k" | "sample" | "length" | "idf" | "session_idf" | "own">;

export interface Vsknn extends Common {
  readonly weighting: Decay;
  readonly decay: Decay;
}
export interface Stan extends Common {
  readonly lambda1: number;
  /** Age of a neighbour, as the share of all sessions that are newer; 0: age does not count. */
  readonly lambda2: number;
  readonly lambda3: number;
}

export interface Method<Setting> {
  readonly start: Setting;
  /** Tried one after the other, each time keeping the best. What depends on the others most is tried twice. */
  readonly grid: readonly { readonly [Name in keyof Setting]?: readonly Setting[Name][] }[];
  weights(setting: Setting): Weights;
}

const DECAY_NAMES = Object.keys(DECAYS) as Decay[];
const OWN = [0.1, 0.25, 0.5, 1];
const COMMON: Method<Common>["grid"] = [
  { length: [0, 0.25, 0.5] },
  { idf: [0, 0.2, 1, 5] },
  { session_idf: [0, 0.5, 1, 2] },
  { k: [100, 200, 500, 1000, 1500] },
  { sample: [1000, 2500, 5000] },
];

export const VSKNN: Method<Vsknn> = {
  start: { k: 500, sample: 2500, weighting: "linear", decay: "log", length: 0.5, idf: 1, session_idf: 0, own: 1 },
  grid: [{ own: OWN }, { weighting: DECAY_NAMES }, { decay: DECAY_NAMES }, ...COMMON, { weighting: DECAY_NAMES }, { decay: DECAY_NAMES }],
  weights: (setting) => ({
    ...setting,
    session: DECAYS[setting.weighting],
    match: (distance, length) => DECAYS[setting.decay](distance, length),
  }),
};

const LAMBDAS: Method<Stan>["grid"] = [{ lambda1: [0.5, 1, 2, 3, 5] }, { lambda3: [1, 2, 4, 8] }];
export const STAN: Method<Stan> = {
  start: { k: 500, sample: 2500, lambda1: 2, lambda2: 0.5, lambda3: 4, length: 0.5, idf: 1, session_idf: 0, own: 1 },
  grid: [{ own: OWN }, ...LAMBDAS, { lambda2: [0, 0.25, 0.5, 1, 2] }, ...COMMON, ...LAMBDAS, { own: OWN }],
  weights: ({ lambda1, lambda2, lambda3, ...setting }) => ({
    ...setting,
    session: (distance) => Math.exp(-distance / lambda1),
    ...(lambda2 > 0 && { age: (share) => Math.exp(-share / lambda2) }),
    place: (distance) => Math.exp(-distance / lambda3),
  }),
};
