/** Whether a document may be asked of a schema, by the rules of GraphQL and one of ours. */
import {
  GraphQLError,
  Kind,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
} from 'graphql';
import { refused } from './refusals.ts';

const rules = [...specifiedRules, noConditionOnSubscriptionRoot];

/** @throws `GRAPHQL_VALIDATION_FAILED` with the first fault */
export function validateDocument(schema: GraphQLSchema, document: DocumentNode): void {
  const fault = faultOf(schema, document);
  if (fault !== undefined) throw invalid(fault);
}

function faultOf(schema: GraphQLSchema, document: DocumentNode): GraphQLError | undefined {
  try {
    return validate(schema, document, rules, { maxErrors: 1 })[0];
  } catch (error) {
    // A rule of the library throws where a condition on a subscription's root takes a variable.
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Says what is wrong, but never what else there would be. */
function invalid(fault: GraphQLError): GraphQLError {
  const message = fault.message.replace(/ ?Did you mean .*$/s, '');
  return refused('GRAPHQL_VALIDATION_FAILED', message);
}

/** The planner cannot decide whether to subscribe at all. */
function noConditionOnSubscriptionRoot(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'subscription') return;
      for (const selection of operation.selectionSet.selections) {
        const isConditional = (selection.directives ?? []).some(({ name }) =>
          ['skip', 'include'].includes(name.value),
        );
        if (isConditional || selection.kind !== Kind.FIELD) {
          const message = 'A subscription selects its one field plainly.';
          context.reportError(new GraphQLError(message, { nodes: selection }));
        }
      }
    },
  };
}
