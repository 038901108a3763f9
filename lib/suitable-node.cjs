// Says whether the Node that runs this can run the project. Plain JavaScript, so that every Node can read it.
// biome-ignore lint/style/useNodejsImportProtocol: before Node 14.18 there was none.
const fs = require('fs');
// biome-ignore lint/style/useNodejsImportProtocol: as above.
const path = require('path');

const root = path.join(__dirname, '..');
const needed = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).engines.node;

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function isAtLeast(version, least) {
  const [[major, minor], [leastMajor, leastMinor]] = [version, least].map((text) => text.match(/\d+/g).map(Number));
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

// What npm pack makes has no sources, and npm installs its packages wherever it wants.
const isPackage = !fs.existsSync(path.join(__dirname, 'cli.ts'));

if (!isPackage && !fs.existsSync(path.join(root, 'node_modules', 'jest'))) {
  refuse('The packages of this project are missing: run npm ci, which also installs the Node that it needs.');
}
if (!isAtLeast(process.version, needed)) {
  refuse(
    isPackage
      ? `automtls needs Node ${needed}, but this is Node ${process.version}: install a newer one.`
      : `This project needs Node ${needed}, but this is Node ${process.version}, and npm has installed no other: run npm ci without --omit=optional, or install a newer Node.`,
  );
}
