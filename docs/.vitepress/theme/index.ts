/** The default theme with the reader's own fonts: nothing is fetched from anywhere. */
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

const theme: Theme = { extends: DefaultTheme };
export default theme;
