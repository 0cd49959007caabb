import { filters, refusal } from './readable-tree.fixture.ts';

const STATUS = 'http://hl7.org/fhir/observation-status';
const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

describe('modifier', () => {
  test.each([
    ['Patient?birthdate:missing=true', 'birthdate missing'],
    ['Patient?general-practitioner:missing=false', 'general-practitioner present'],
    ['Patient?name:exact=Peter', 'name [exact Peter]'],
    ['Patient?name:contains=ete,nn', 'name [contains ete, contains nn]'],
    ['Patient?name:text=Peter', 'name [text Peter]'],
    ['Observation?status:not=final,amended', 'status not [final, amended]'],
    ['Observation?code:text=head+ache', 'code [text head ache]'],
    [`Patient?identifier:of-type=${V2_0203}|MR|1%5C|2`, `identifier [of-type ${V2_0203}|MR|1|2]`],
    ['Observation?subject:Patient=1', 'subject [Patient/1]'],
    ['Observation?subject:Patient=Patient/1', 'subject [Patient/1]'],
    ['Observation?subject:identifier=http://s|1', 'subject [identifier http://s|1]'],
    ['Encounter?location:below=Location/1', 'location [belowLocation/1]'],
    ['Encounter?location:above=1', 'location [aboveLocation/1]'],
    ['ValueSet?url:below=http://x', 'url [below http://x]'],
    ['ValueSet?url:above=http://x/a', 'url [above http://x/a]'],
    [`Observation?status:below=final`, `status [${STATUS}|final]`],
  ])('%s', (url, expected) => {
    expect(filters(url)).toBe(expected);
  });

  test(':in lists the codes of the value set', () => {
    const all = filters('Observation?status:in=http://hl7.org/fhir/ValueSet/observation-status');
    expect(all).toContain(`${STATUS}|final, ${STATUS}|amended`);
    expect(filters('Observation?status:not-in=http://hl7.org/fhir/ValueSet/observation-status|4.0.1')).toBe(
      all.replace('status [', 'status not ['),
    );
  });

  test(':below and :above follow the hierarchy of the code system', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
    expect(filters(`Encounter?class:below=${system}|_ActEncounterCode`)).toContain(`${system}|AMB`);
    expect(filters(`Encounter?class:above=${system}|AMB`)).toContain(`${system}|_ActEncounterCode`);
  });

  test.each([
    ['Patient?name:fuzzy=a', 'It takes :missing, :exact, :contains, :text.'],
    ['Patient?birthdate:exact=2020', 'It takes :missing.'],
    ['Patient?birthdate:=2020', 'not supported'],
    ['Patient?birthdate:missing=yes', 'Give true or false'],
    ['Observation?code-value-quantity:missing=true', 'It takes none'],
    ['Observation?subject:Practitioner=1', ':Patient, :Group, :Device, :Location'],
    ['Observation?patient:below=Patient/1', 'modifier "below" is not supported here'],
    ['Observation?status:of-type=a|b|c', 'modifier "of-type" is not supported here'],
    ['Patient?deceased:text=a', 'modifier "text" is not supported here'],
    ['PlanDefinition?depends-on:identifier=a', 'modifier "identifier" is not supported here'],
    ['Patient?identifier:of-type=a|b', 'system|code|value'],
    ['Observation?code:in=http://example.org/ValueSet/none', 'does not hold that value set'],
    ['Observation?code:below=http://snomed.info/sct|73211009', 'does not hold that code'],
    ['Observation?code:below=73211009', 'Give system|code'],
    ['Patient?_lastUpdated:missing=true', 'It takes none'],
    ['Patient?_count:x=1', 'not supported'],
  ])('%s is refused', (url, text) => {
    expect(refusal(url)).toMatch(/^400 /);
    expect(refusal(url)).toContain(text);
  });
});

describe('chain', () => {
  test.each([
    ['Observation?subject:Patient.name=x', 'subject -> {Patient: name [starts x]}'],
    ['Observation?patient.name:exact=x', 'patient -> {Patient: name [exact x]}'],
    ['Observation?subject.name=x', 'subject -> {Patient: name [starts x]; Location: name [starts x]}'],
    ['Observation?subject.birthdate:missing=true', 'subject -> {Patient: birthdate missing}'],
    [
      'Observation?subject.organization.name=x',
      'subject -> {Patient: organization -> {Organization: name [starts x]}; ' +
        'Device: organization -> {Organization: name [starts x]}; Location: organization -> {Organization: name [starts x]}}',
    ],
    ['Observation?patient._id=x', 'patient -> {Patient: id x}'],
    ['Observation?patient._has:Condition:subject:code=y', 'patient -> {Patient: has Condition.subject {code [y]}}'],
    ['Patient?_has:Observation:patient:code=x', 'has Observation.patient {code [x]}'],
    ['Patient?_has:Observation:patient:code:not=x', 'has Observation.patient {code not [x]}'],
    [
      'Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/1',
      'has Observation.patient {has AuditEvent.entity {agent [Practitioner/1]}}',
    ],
    [
      'Patient?_has:Observation:patient:performer:Practitioner.family=x',
      'has Observation.patient {performer -> {Practitioner: family [starts x]}}',
    ],
    ['?_type=Patient,Person&name=x', 'type {Patient: name [starts x]; Person: name [starts x]}'],
    ['?_type=Patient&name=x', 'name [starts x]'],
    ['?_type=Patient,Person&_id=x', 'id x'],
  ])('%s', (url, expected) => {
    expect(filters(url)).toBe(expected);
  });

  test('on the system reaches all types by parameters of Resource', () => {
    expect(filters('?_tag=a').split('; ')).toHaveLength(146);
  });

  test.each([
    ['Observation?code.text=x', 'code of Observation is a token parameter'],
    [
      'Observation?subject.gibberish=x',
      'none of the types that subject points to (Patient, Group, Device, Location) has gibberish',
    ],
    ['Observation?subject:Practitioner.name=x', ':Patient, :Group, :Device, :Location'],
    [`Organization?${'partof.'.repeat(11)}name=x`, 'more than 10 links'],
    [`List?${'item.'.repeat(9)}zzz=1`, 'leads to too many types'],
    ['Patient?_has:Observation=x', 'Write _has:Type:reference:parameter'],
    ['Patient?_has:Foo:patient:code=x', 'Write _has:Type:reference:parameter'],
    ['Patient?_has:Observation:code:code=x', 'Observation has no search parameter "code". Supported are based-on'],
    ['Patient?_has:Observation:patient:zzz=x', 'Observation has no search parameter "zzz". Supported are _profile'],
    ['Practitioner?_has:Observation:patient:code=x', 'that reference never points to Practitioner'],
    ['PlanDefinition?depends-on.url=x', 'holds no literal references'],
    ['Library?_has:PlanDefinition:depends-on:url=x', 'holds no literal references'],
    ['Patient?zzz=x', 'Patient has no search parameter "zzz". Supported are _profile, _security'],
    ['?_type=Patient,Observation&name=x', 'Observation has no search parameter "name"'],
    ['?_type=Foo', 'not a resource type of FHIR R4'],
    ['Patient?__proto__=x', 'Patient has no search parameter "__proto__"'],
    ['Patient?constructor=x', 'Patient has no search parameter "constructor"'],
    [`Provenance?target._id=${'a,'.repeat(500)}a`, 'grows too large'],
  ])('%s is refused', (url, text) => {
    expect(refusal(url)).toMatch(/^400 /);
    expect(refusal(url)).toContain(text);
  });
});
