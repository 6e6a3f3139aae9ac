import { existsSync, readFileSync } from 'node:fs';
import { RelaxNGValidator, XmlDocument } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN_PLAN_NAMES, DOMAIN_PLANS } from '../../../fixtures/emitters/plans.ts';
import { domainXml, emitLibvirt, withoutDigest } from '../skeletons.ts';

/** The schema of the installed libvirt: the judge, never vendored. */
const SCHEMA = '/usr/share/libvirt/schemas/domain.rng';
const installed = existsSync(SCHEMA);

describe('libvirt domain XML', () => {
  it.each(DOMAIN_PLAN_NAMES)('%s is the golden file', async (name) => {
    await expect(withoutDigest(domainXml(DOMAIN_PLANS[name]))).toMatchFileSnapshot(`../../golden/libvirt/${name}.xml`);
  });

  it.each(DOMAIN_PLAN_NAMES)('%s: the outcome of every decided key is the golden one', async (name) => {
    const plan = DOMAIN_PLANS[name];
    const { outcomes } = emitLibvirt(plan);
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(plan.values));
    const lines = outcomes.map(({ key, outcome, note }) => [key, outcome, note].join('\t').trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/libvirt/${name}.outcomes.tsv`);
  });
});

describe.skipIf(!installed && process.env['CI'] === undefined)(`every golden domain is valid by ${SCHEMA}`, () => {
  let validator: RelaxNGValidator;
  let schema: XmlDocument;

  beforeAll(() => {
    xmlRegisterFsInputProviders();
    schema = XmlDocument.fromBuffer(readFileSync(SCHEMA), { url: SCHEMA });
    validator = RelaxNGValidator.fromDoc(schema);
  });
  afterAll(() => {
    validator.dispose();
    schema.dispose();
  });

  it.each(DOMAIN_PLAN_NAMES)('%s', (name) => {
    const document = XmlDocument.fromString(domainXml(DOMAIN_PLANS[name]));
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
  });

  it('protected virtualisation on s390x, which no golden domain has', () => {
    const values = { ...DOMAIN_PLANS.s390x.values, 'launch-security': 's390-pv' };
    const document = XmlDocument.fromString(domainXml({ ...DOMAIN_PLANS.s390x, values }));
    validator.validate(document);
    document.dispose();
  });

  it('refuses what is not a domain', () => {
    const document = XmlDocument.fromString('<domain type="kvm"><name>a</name><nonsense/></domain>');
    expect(() => validator.validate(document)).toThrow();
    document.dispose();
  });
});
