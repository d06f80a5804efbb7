-- People whose data are kept and not used (Art. 18 GDPR). Whoever is signed in may know that.
create table :schema.restriction (
  subject_id uuid primary key,
  at timestamptz not null
);
select kernel.protect(':schema.restriction',
  '(select nullif(current_setting(''app.user_context'', true), '''')) is not null',
  kernel.privileged());
