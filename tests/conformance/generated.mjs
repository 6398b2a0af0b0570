// Documents made from the schema itself: each value of scalars.mjs where an input takes its scalar, each argument with
// values of the wrong kind, and each @oneOf input with no, one and two members. What becomes of them, graphql-js says.
import {
  getNamedType, getNullableType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { takes, values } from './scalars.mjs';

const samples = { Int: 1, Float: 1.5, String: 'x', ID: 'x', Boolean: true };
for (const [name, accepts] of Object.entries(takes)) samples[name] = values[name].find(accepts);

/** A value as GraphQL writes it. */
export function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value?.word !== undefined) return value.word;
  if (value && typeof value === 'object') return `{ ${named(value)} }`;
  return JSON.stringify(value);
}

const named = (values) => Object.entries(values).map(([name, value]) => `${name}: ${literal(value)}`).join(', ');

/** The smallest value that a type takes; `{ word }` is a value of an enum. */
function sample(type) {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (isEnumType(type)) return { word: type.getValues()[0].name };
  if (!isInputObjectType(type)) return samples[type.name];
  const fields = Object.values(type.getFields());
  return members(type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField));
}
const members = (fields) => Object.fromEntries(fields.map((field) => [field.name, sample(field.type)]));

/** Every place that takes an input: its type and the document with a literal, or a variable's name, in that place. */
export function places(schema) {
  const found = [];
  for (const [word, root, unseen] of [['query', schema.getQueryType(), ''], ['mutation', schema.getMutationType(), ' @skip(if: true)']]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const leaf = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
      const others = members(field.args.filter(isRequiredArgument));
      for (const argument of field.args) {
        const put = (value, head = '') => {
          const given = named({ ...others, [argument.name]: value });
          return `${word}${head} { ${field.name}(${given})${unseen}${leaf} }`;
        };
        visit(argument.type, `${word} ${field.name}(${argument.name})`, put, new Set());
      }
    }
  }
  /** Goes into input objects, each type once on a path. */
  function visit(type, name, put, seen) {
    found.push({ type, name, put });
    const inner = getNullableType(type);
    if (!isInputObjectType(inner) || seen.has(inner)) return;
    const fields = Object.values(inner.getFields());
    const others = inner.isOneOf ? {} : members(fields.filter(isRequiredInputField));
    for (const field of fields) {
      visit(field.type, `${name}.${field.name}`, (value, head) => put({ ...others, [field.name]: value }, head), new Set([...seen, inner]));
    }
  }
  return found;
}

/** The documents as { title, query, variables }. */
export function generated(schema) {
  const found = [];
  const all = places(schema);
  for (const [name, tried] of Object.entries(values)) {
    // A position that is waited for and does not come is a request error, and no matter of validation.
    const place = all.find((place) => getNullableType(place.type).name === name && !place.name.includes('minPosition'));
    if (!place) {
      console.log(`  no input takes a ${name}: its values are not asked about`);
      continue;
    }
    for (const value of tried) {
      found.push({ title: `${name} literal, ${place.name}`, query: place.put(value) });
      found.push({ title: `${name} variable, ${place.name}`, query: place.put({ word: '$v' }, `($v: ${name}!)`), variables: { v: value } });
    }
  }
  for (const { type, name, put } of all) {
    for (const wrong of [{ word: 'NOTHING' }, '', 1.5, false, null, [[null]], { nothing: 1 }]) {
      found.push({ title: `${name} takes ${type}`, query: put(wrong) });
    }
    found.push({ title: `${name}, a fitting value`, query: put(sample(type)) });
    found.push({ title: `${name}, a variable of another type`, query: put({ word: '$v' }, '($v: [[Float]])'), variables: {} });
    const inner = getNullableType(type);
    if (!inner.isOneOf) continue;
    const fields = Object.values(inner.getFields());
    const [one, two] = fields;
    for (const given of [{}, members([one, two]), { [one.name]: null }, { ...members([one]), [two.name]: null }]) {
      found.push({ title: `${name} is @oneOf`, query: put(given) });
    }
    // graphql-js 16 overlooks such a variable where the object itself may not be null; section 5.8.5 has no such exception.
    if (inner !== type) continue;
    const mayBeNull = put({ [one.name]: { word: '$v' } }, `($v: ${getNullableType(one.type)})`);
    found.push({ title: `${name} is @oneOf, a variable that may be null`, query: mayBeNull, variables: { v: null } });
  }
  return found;
}
