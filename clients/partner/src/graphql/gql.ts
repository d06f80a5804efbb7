/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Viewer {\n  me {\n    user {\n      id\n      name\n    }\n    roles\n    territories\n  }\n}\n\nfragment LeadProgress on Lead {\n  id\n  companyName\n  city\n  countryCode\n  territory\n  status\n  stage\n  source\n  registeredAt\n}\n\nquery Lead($id: ID!) {\n  lead(id: $id) {\n    ...LeadProgress\n  }\n}\n\nquery Leads($first: Int! = 50, $after: String, $filter: LeadFilter) {\n  leads(first: $first, after: $after, filter: $filter) {\n    edges {\n      cursor\n      node {\n        ...LeadProgress\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nmutation RegisterLead($input: LeadRegisterInput!) {\n  leadRegister(input: $input) {\n    lead {\n      ...LeadProgress\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n}": typeof types.ViewerDocument,
};
const documents: Documents = {
    "query Viewer {\n  me {\n    user {\n      id\n      name\n    }\n    roles\n    territories\n  }\n}\n\nfragment LeadProgress on Lead {\n  id\n  companyName\n  city\n  countryCode\n  territory\n  status\n  stage\n  source\n  registeredAt\n}\n\nquery Lead($id: ID!) {\n  lead(id: $id) {\n    ...LeadProgress\n  }\n}\n\nquery Leads($first: Int! = 50, $after: String, $filter: LeadFilter) {\n  leads(first: $first, after: $after, filter: $filter) {\n    edges {\n      cursor\n      node {\n        ...LeadProgress\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nmutation RegisterLead($input: LeadRegisterInput!) {\n  leadRegister(input: $input) {\n    lead {\n      ...LeadProgress\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n}": types.ViewerDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  me {\n    user {\n      id\n      name\n    }\n    roles\n    territories\n  }\n}\n\nfragment LeadProgress on Lead {\n  id\n  companyName\n  city\n  countryCode\n  territory\n  status\n  stage\n  source\n  registeredAt\n}\n\nquery Lead($id: ID!) {\n  lead(id: $id) {\n    ...LeadProgress\n  }\n}\n\nquery Leads($first: Int! = 50, $after: String, $filter: LeadFilter) {\n  leads(first: $first, after: $after, filter: $filter) {\n    edges {\n      cursor\n      node {\n        ...LeadProgress\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nmutation RegisterLead($input: LeadRegisterInput!) {\n  leadRegister(input: $input) {\n    lead {\n      ...LeadProgress\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').ViewerDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
