/** The build without clustering, which nothing here uses; its types are those of the whole. */
declare module "bottleneck/light.js" {
  import Bottleneck from "bottleneck";
  export default Bottleneck;
}
