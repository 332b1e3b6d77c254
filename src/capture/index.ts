export { type CaptureOptions, startCapture } from "./capture.js";
