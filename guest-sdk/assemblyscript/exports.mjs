// A step of the compiler: gives the exports of `polymer_exports` the names the contract asks for, which no AssemblyScript
// name can be.
const GUEST = "polymer:task/guest@0.1.1";

const NAMES = {
  polymer_describe: `${GUEST}#describe`,
  polymer_describe_post: `cabi_post_${GUEST}#describe`,
  polymer_run: `${GUEST}#run`,
  polymer_run_post: `cabi_post_${GUEST}#run`,
  polymer_realloc: "cabi_realloc",
};

export default class {
  afterCompile(module) {
    for (const [name, asked] of Object.entries(NAMES)) {
      const found = module.getExport(name);
      if (!found) throw new Error(`no export ${name}: a task's file ends with \`export * from "polymer_exports"\``);
      module.addFunctionExport(this.binaryen.getExportInfo(found).value, asked);
      module.removeExport(name);
    }
  }
}
