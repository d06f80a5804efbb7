-- Tables that stand beside others until they take their place: `<module>_next.x` for `<module>.x`. Only
-- functions of the owner call these; each of them decides which tables it lets them touch.

-- What a table is without its rows. Two tables that answer the same can stand for each other.
create function kernel.table_shape(module text, target regclass) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  next constant text := module || '_next.';
  home constant text := module || '.';
begin
  return jsonb_build_object(
    'columns', (select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = target and a.attnum > 0 and not a.attisdropped),
    'constraints', (select jsonb_agg(jsonb_build_array(conname,
        replace(replace(pg_get_constraintdef(oid), next, ''), home, '')) order by conname)
      from pg_constraint where conrelid = target and contype in ('c', 'p', 'u', 'x', 'f')),
    'indexes', (select jsonb_agg(replace(replace(pg_get_indexdef(indexrelid), next, ''), home, '')
        order by indexrelid::regclass::text)
      from pg_index where indrelid = target),
    'policies', (select jsonb_agg(jsonb_build_array(polname, polcmd, polpermissive,
        (select array_agg(r::regrole::text order by 1) from unnest(polroles) r),
        replace(replace(pg_get_expr(polqual, polrelid), next, ''), home, ''),
        replace(replace(pg_get_expr(polwithcheck, polrelid), next, ''), home, '')) order by polname)
      from pg_policy where polrelid = target),
    'table', (select jsonb_build_array(c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole,
        c.reloptions, (select array_agg(format('%s %s %s', grantee::regrole, privilege_type, is_grantable)
          order by grantee, privilege_type) from aclexplode(c.relacl)))
      from pg_class c where c.oid = target));
end $$;

-- Says why a table could not be replaced by another one without somebody noticing; null when it could.
create function kernel.replacement_fault(module text, names text[], target regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when exists (select from pg_trigger where tgrelid = target and not tgisinternal) then 'has triggers'
    when exists (select from pg_attribute where attrelid = target and attacl is not null)
      then 'has rights on columns'
    when exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass
        and d.refobjid = target and d.deptype = 'n' and d.classid = 'pg_rewrite'::regclass)
      then 'is looked at by a view'
    when exists (select from pg_depend d join pg_policy p on p.oid = d.objid
        where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_class'::regclass
          and d.refobjid = target and p.polrelid <> target)
      then 'is looked at by the policy of another table'
    when exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass
        and d.refobjid = target and d.classid = 'pg_proc'::regclass)
      then 'is bound to a function'
    when exists (select from pg_constraint k join pg_class c on c.oid = k.conrelid
        where k.contype = 'f' and k.confrelid = target and not (c.relname = any (names)
          and c.relnamespace = (select relnamespace from pg_class where oid = target)))
      then 'is referenced by a table that is not filled along with it'
    when exists (select from pg_attrdef d join pg_depend e on e.classid = 'pg_attrdef'::regclass
        and e.objid = d.oid and e.refclassid = 'pg_class'::regclass
        join pg_class s on s.oid = e.refobjid and s.relkind = 'S' where d.adrelid = target)
      then 'draws numbers from a sequence that is not its own'
  end
$$;

-- An empty table of the same shape: policies and rights before anything could be in it.
create function kernel.create_shadow(module text, name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  live constant regclass := format('%I.%I', module, name)::regclass;
  shadow constant text := format('%I.%I', module || '_next', name);
  each record;
begin
  execute format('create table %s (like %s including all excluding indexes)', shadow, live);
  execute format('alter table %s enable row level security', shadow);
  execute format('alter table %s force row level security', shadow);
  for each in select p.polname, p.polpermissive, p.polcmd, pg_get_expr(p.polqual, p.polrelid) as qual,
      pg_get_expr(p.polwithcheck, p.polrelid) as checked,
      (select string_agg(case when r = 0 then 'public' else r::regrole::text end, ', ')
        from unnest(p.polroles) r) as roles
    from pg_policy p where p.polrelid = live
  loop
    execute format('create policy %I on %s as %s for %s to %s%s%s', each.polname, shadow,
      case when each.polpermissive then 'permissive' else 'restrictive' end,
      case each.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
        when 'd' then 'delete' else 'all' end,
      each.roles, ' using (' || each.qual || ')', ' with check (' || each.checked || ')');
  end loop;
  for each in select a.privilege_type, a.grantee::regrole as grantee, a.is_grantable
    from pg_class c cross join aclexplode(c.relacl) a where c.oid = live and a.grantee <> c.relowner
  loop
    execute format('grant %s on %s to %s%s', each.privilege_type, shadow, each.grantee,
      case when each.is_grantable then ' with grant option' else '' end);
  end loop;
  for each in select array_to_string(reloptions, ', ') as options from pg_class
    where oid = live and reloptions is not null
  loop
    execute format('alter table %s set (%s)', shadow, each.options);
  end loop;
  for each in select conname, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = live and contype in ('p', 'u', 'x')
  loop
    execute format('alter table %s add constraint %I %s', shadow, each.conname, each.definition);
  end loop;
  for each in select replace(pg_get_indexdef(i.indexrelid), format(' ON %s ', format('%I.%I', module, name)),
      format(' ON %s ', shadow)) as definition
    from pg_index i where i.indrelid = live
      and not exists (select from pg_constraint where conindid = i.indexrelid and conrelid = live)
  loop
    execute each.definition;
  end loop;
end $$;

-- Shadows of all these tables, with what they refer to of each other. False when they are there
-- already in the shape their tables have now; others are made anew, and empty.
create function kernel.create_shadows(module text, names text[]) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name text;
  fault text;
  fits boolean := true;
  each record;
begin
  foreach name in array names loop
    fault := kernel.replacement_fault(module, names, format('%I.%I', module, name)::regclass);
    if fault is not null then
      raise exception '%.% %', module, name, fault using errcode = 'FP412';
    end if;
    fits := fits and to_regclass(format('%I.%I', module || '_next', name)) is not null
      and kernel.table_shape(module, format('%I.%I', module, name)::regclass)
        = kernel.table_shape(module, to_regclass(format('%I.%I', module || '_next', name)));
  end loop;
  if fits then
    return false;
  end if;
  perform kernel.drop_shadows(module, names);
  foreach name in array names loop
    perform kernel.create_shadow(module, name);
  end loop;
  for each in select k.conname, c.relname, f.relname as referenced, n.nspname as home,
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
      join pg_namespace n on n.oid = f.relnamespace
    where k.contype = 'f' and k.conrelid = any (
      select format('%I.%I', module, unnest(names))::regclass)
  loop
    execute format('alter table %I.%I add constraint %I %s', module || '_next', each.relname, each.conname,
      case when each.home = module and each.referenced = any (names)
        then replace(each.definition, format(' REFERENCES %I.%I(', module, each.referenced),
          format(' REFERENCES %I.%I(', module || '_next', each.referenced))
        else each.definition end);
  end loop;
  return true;
end $$;

create function kernel.drop_shadows(module text, names text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  present text;
begin
  select string_agg(format('%I.%I', module || '_next', name), ', ') into present from unnest(names) name
    where to_regclass(format('%I.%I', module || '_next', name)) is not null;
  if present is not null then
    execute 'drop table ' || present;
  end if;
end $$;

-- The shadows take the place of their tables in one go. Refuses where one has not the shape of its
-- table: columns, constraints, indexes, rights and policies.
create function kernel.swap_shadows(module text, names text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name text;
begin
  foreach name in array names loop
    if kernel.table_shape(module, format('%I.%I', module, name)::regclass)
      is distinct from kernel.table_shape(module, format('%I.%I', module || '_next', name)::regclass)
    then
      raise exception '%.% was altered meanwhile', module, name using errcode = 'FP412';
    end if;
  end loop;
  execute (select 'drop table ' || string_agg(format('%I.%I', module, each), ', ') from unnest(names) each);
  foreach name in array names loop
    execute format('alter table %I.%I set schema %I', module || '_next', name, module);
  end loop;
end $$;

revoke execute on all functions in schema kernel from public, freshplan_app;
