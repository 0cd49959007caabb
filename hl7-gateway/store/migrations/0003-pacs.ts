/** What is known of the PACS: how far its feed was read, its studies, and patients who changed since their studies were made. */
export const pacs = {
  version: 3,
  name: 'pacs',
  sql: `
create table pacs_cursor (
  -- Base of the PACS whose changes are read.
  source text primary key,
  -- Number of the last change that has been read.
  last bigint not null
);

create table pacs_study (
  -- Study Instance UID.
  uid text primary key,
  -- How often it was told to be looked at, and the number up to which that was done: it is due while they differ.
  wanted bigint not null default 1,
  done bigint not null default 0,
  next_at timestamptz not null default now(),
  failures integer not null default 0,
  leased_by uuid,
  leased_until timestamptz,
  looked_at timestamptz,
  -- open: not looked at yet; kept: an ImagingStudy tells of it; parked: a person has to say whose it is; ignored: a person
  -- said that it is nobody's; gone: the PACS has it no more.
  state text not null default 'open' check (state in ('open', 'kept', 'parked', 'ignored', 'gone')),
  -- Logical id of the ImagingStudy.
  imaging_study text,
  -- Digest of what the PACS says of it, and of that what tells whose it is.
  fingerprint text,
  identity text,
  study_date date,
  patient_number text,
  accession text,
  is_ordered boolean not null default false,
  -- Its images are being written anew, one by one: until that is done nobody looks at it.
  is_correcting boolean not null default false,
  -- Open Task by which a person learns of it.
  task text,
  -- Patient/id by a person's word, for that identity only; empty: nobody's.
  decided text,
  decided_for text
) with (fillfactor = 80);
create index pacs_study_due on pacs_study (next_at) where wanted > done;
create index pacs_study_date on pacs_study (study_date) where state in ('kept', 'parked', 'ignored');
create index pacs_study_looked on pacs_study (looked_at) where state in ('kept', 'parked', 'ignored');
create index pacs_study_accession on pacs_study (accession);
create index pacs_study_number on pacs_study (patient_number) where state in ('parked', 'ignored');
create index pacs_study_resource on pacs_study (imaging_study) where imaging_study is not null;

-- Patients whose studies have to say what the patient is called and numbered now.
create table pacs_patient (
  -- Patient/id
  patient text primary key,
  wanted bigint not null default 1,
  done bigint not null default 0,
  next_at timestamptz not null default now(),
  failures integer not null default 0,
  leased_by uuid,
  leased_until timestamptz,
  -- Open Task by which a person learns that it does not go.
  task text
);
create index pacs_patient_due on pacs_patient (next_at) where wanted > done;
`,
} as const;
