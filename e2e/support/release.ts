import { path } from "./paths.js";

/** The demo's release; E2E_RELEASE runs the tests on another one. */
export const RELEASE = process.env.E2E_RELEASE ?? path("models/demo");
