import { graphql } from '../graphql/index.ts';

export const LeadQualify = graphql(`
  mutation LeadQualify($input: LeadQualifyInput!) {
    result: leadQualify(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadLose = graphql(`
  mutation LeadLose($input: LeadLoseInput!) {
    result: leadLose(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadFirstContactDocument = graphql(`
  mutation LeadFirstContactDocument($input: LeadFirstContactDocumentInput!) {
    result: leadFirstContactDocument(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadStageAdvance = graphql(`
  mutation LeadStageAdvance($input: LeadStageAdvanceInput!) {
    result: leadStageAdvance(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadConvert = graphql(`
  mutation LeadConvert($input: LeadConvertInput!) {
    result: leadConvert(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadDelete = graphql(`
  mutation LeadDelete($input: LeadDeleteInput!) {
    result: leadDelete(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadReassign = graphql(`
  mutation LeadReassign($input: LeadReassignInput!) {
    result: leadReassign(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadClockStop = graphql(`
  mutation LeadClockStop($input: LeadClockStopInput!) {
    result: leadClockStop(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadClockResume = graphql(`
  mutation LeadClockResume($input: LeadClockResumeInput!) {
    result: leadClockResume(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadBackdate = graphql(`
  mutation LeadBackdate($input: LeadBackdateInput!) {
    result: leadBackdate(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadProtectionExtend = graphql(`
  mutation LeadProtectionExtend($input: LeadProtectionExtendInput!) {
    result: leadProtectionExtend(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadProtectionOverride = graphql(`
  mutation LeadProtectionOverride($input: LeadProtectionOverrideInput!) {
    result: leadProtectionOverride(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadCollaboratorSet = graphql(`
  mutation LeadCollaboratorSet($input: LeadCollaboratorSetInput!) {
    result: leadCollaboratorSet(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadContactSet = graphql(`
  mutation LeadContactSet($input: LeadContactSetInput!) {
    result: leadContactSet(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadUpdate = graphql(`
  mutation LeadUpdate($input: LeadUpdateInput!) {
    result: leadUpdate(input: $input) {
      ...LeadAnswer
    }
  }
`);

export const LeadFollowUpComplete = graphql(`
  mutation LeadFollowUpComplete($input: LeadFollowUpCompleteInput!) {
    result: leadFollowUpComplete(input: $input) {
      ...LeadAnswer
    }
  }
`);
