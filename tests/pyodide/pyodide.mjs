// Runs there_and_back.py in Pyodide: node pyodide.mjs SOURCE SITE SHARED write|read FILE. What it is given is seen in there under the same paths.
import { loadPyodide } from "pyodide";

const [source, site, shared, what, file] = process.argv.slice(2);
const pyodide = await loadPyodide();
for (const folder of [source, site, shared]) {
  pyodide.FS.mkdirTree(folder);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, folder);
}
pyodide.globals.set("run", pyodide.toPy([source, site, what, file]));
pyodide.runPython(`
import runpy, sys
source, site, what, file = run
sys.dont_write_bytecode = True
sys.path[:0] = [source, site]
sys.argv = ["there_and_back.py", what, file]
runpy.run_path(f"{source}/tests/pyodide/there_and_back.py", run_name="__main__")
print(f"Pyodide, Python {sys.version.split()[0]}: {what} {file}")
`);
