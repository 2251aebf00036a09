export { default } from "../../scripts/tsup-library.ts";
