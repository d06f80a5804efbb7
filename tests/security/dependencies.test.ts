import { expect, it } from 'vitest';
import { dependencyFaults, type Lockfile, type Manifest, type Package } from './dependencies.ts';

const sound: Package = {
  version: '1.2.3',
  resolved: 'https://registry.npmjs.org/@firm/part/-/part-1.2.3.tgz',
  integrity: `sha512-${'a'.repeat(86)}==`,
  license: '(MIT OR GPL-3.0)',
};
const manifest: Manifest = {
  dependencies: { '@firm/part': '1.2.3' },
  allowScripts: { decided: false },
};
const faultsOf = (change: Package, installed?: Package): string[] => {
  const packages = {
    '': { dependencies: manifest.dependencies },
    'node_modules/@firm/part': { ...sound, ...change },
  };
  const tree: Lockfile = { packages: { 'node_modules/@firm/part': installed ?? sound } };
  return dependencyFaults({ packages } as Lockfile, manifest, tree);
};

it('A-68 no package comes in from elsewhere, changed by hand, unlicensed or with a script of its own', () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ hasInstallScript: true })).toEqual([
    '@firm/part: has an install script nobody decided about: name it in allowScripts',
  ]);
  expect(faultsOf({ resolved: 'https://mirror.example/part-1.2.3.tgz' })).toEqual([
    '@firm/part: comes from mirror.example',
  ]);
  expect(faultsOf({ version: '1.2.4' })).toEqual([
    `@firm/part: is 1.2.4 and loads ${sound.resolved}`,
  ]);
  expect(faultsOf({ integrity: `sha512-${'b'.repeat(86)}==` })).toEqual([
    '@firm/part: its checksum is not that of what is installed',
  ]);
  expect(faultsOf({ integrity: 'sha1-abc=' }, { version: '1.0.0' })).toEqual([
    '@firm/part: has no checksum',
  ]);
  for (const license of ['GPL-3.0', '(MIT AND GPL-3.0)', 'Elastic-2.0', 'UNLICENSED']) {
    expect(faultsOf({ license })).toEqual([
      `@firm/part: its licence is ${license}, which LICENSES.md does not name`,
    ]);
  }
  const other = { packages: { '': { dependencies: { '@firm/part': '2.0.0' } } } };
  expect(dependencyFaults(other, manifest)).toEqual([
    '@firm/part: package.json and the lockfile disagree',
  ]);
});
