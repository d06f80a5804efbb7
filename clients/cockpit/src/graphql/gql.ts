/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

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
    "\n  mutation ActivityLog($input: ActivityLogInput!) {\n    result: activityLog(input: $input) {\n      activity {\n        id\n        kind\n        at\n        isEvidenced\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": typeof types.ActivityLogDocument,
    "\n  mutation LeadOwnershipChallenge($input: LeadOwnershipChallengeInput!) {\n    result: leadOwnershipChallenge(input: $input) {\n      accepted\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": typeof types.LeadOwnershipChallengeDocument,
    "\n  query TerritoryPeople($territory: Territory!) {\n    territoryUsers(territory: $territory) {\n      id\n      name\n    }\n  }\n": typeof types.TerritoryPeopleDocument,
    "\n  fragment LeadDetail on Lead {\n    id\n    version\n    companyName\n    email\n    phone\n    website\n    street\n    postalCode\n    city\n    countryCode\n    territory\n    businessType\n    kitchenSize\n    employeeCount\n    estimatedVolume\n    budget\n    pains\n    painNotes\n    urgency\n    relationshipStatus\n    decisionMakerAccess\n    competitorInUse\n    internalChampionName\n    status\n    stage\n    source\n    registeredAt\n    owner {\n      id\n      name\n    }\n    collaborators {\n      role\n      level\n      user {\n        id\n        name\n      }\n    }\n    protection {\n      state\n      assignedAt\n      lastEvidenceAt\n      progressUntil\n      graceUntil\n      baseUntil\n      validUntil\n      remainingDays\n      reminderAt\n      expiredAt\n      holds {\n        kind\n        reason\n        from\n        until\n      }\n    }\n    preClaim {\n      until\n      daysLeft\n      isOverdue\n    }\n    score {\n      pain\n      revenue\n      fit\n      engagement\n      total\n    }\n    contacts {\n      id\n      salutation\n      firstName\n      lastName\n      position\n      role\n      email\n      phone\n      mobile\n      isPrimary\n      isActive\n      isDecisionMaker\n      emailConsent\n    }\n    tracks {\n      chef\n      buyer\n      decision\n    }\n    followUps {\n      id\n      type\n      status\n      dueAt\n      processedAt\n      isOverdue\n      outcome\n    }\n    actions\n  }\n": typeof types.LeadDetailFragmentDoc,
    "\n  query Lead($id: ID!) {\n    lead(id: $id) {\n      ...LeadDetail\n    }\n  }\n": typeof types.LeadDocument,
    "\n  subscription LeadChanged($id: ID!) {\n    leadChanged(id: $id) {\n      leadId\n      type\n      at\n      lead {\n        ...LeadDetail\n      }\n    }\n  }\n": typeof types.LeadChangedDocument,
    "\n  fragment LeadAnswer on LeadPayload {\n    lead {\n      ...LeadDetail\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n": typeof types.LeadAnswerFragmentDoc,
    "\n  subscription LeadListChanged {\n    leadChanged {\n      leadId\n      type\n      lead {\n        ...LeadRow\n      }\n    }\n  }\n": typeof types.LeadListChangedDocument,
    "\n  fragment LeadRow on Lead {\n    id\n    companyName\n    city\n    territory\n    status\n    stage\n    registeredAt\n    owner {\n      id\n      name\n    }\n    protection {\n      state\n      remainingDays\n    }\n    preClaim {\n      daysLeft\n      isOverdue\n    }\n    score {\n      total\n    }\n    followUps {\n      id\n      type\n      status\n      isOverdue\n    }\n  }\n": typeof types.LeadRowFragmentDoc,
    "\n  query LeadList($first: Int!, $after: String, $filter: LeadFilter) {\n    leads(first: $first, after: $after, filter: $filter) {\n      edges {\n        cursor\n        node {\n          ...LeadRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.LeadListDocument,
    "\n  mutation LeadQualify($input: LeadQualifyInput!) {\n    result: leadQualify(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadQualifyDocument,
    "\n  mutation LeadLose($input: LeadLoseInput!) {\n    result: leadLose(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadLoseDocument,
    "\n  mutation LeadFirstContactDocument($input: LeadFirstContactDocumentInput!) {\n    result: leadFirstContactDocument(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadFirstContactDocumentDocument,
    "\n  mutation LeadStageAdvance($input: LeadStageAdvanceInput!) {\n    result: leadStageAdvance(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadStageAdvanceDocument,
    "\n  mutation LeadConvert($input: LeadConvertInput!) {\n    result: leadConvert(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadConvertDocument,
    "\n  mutation LeadDelete($input: LeadDeleteInput!) {\n    result: leadDelete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadDeleteDocument,
    "\n  mutation LeadReassign($input: LeadReassignInput!) {\n    result: leadReassign(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadReassignDocument,
    "\n  mutation LeadClockStop($input: LeadClockStopInput!) {\n    result: leadClockStop(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadClockStopDocument,
    "\n  mutation LeadClockResume($input: LeadClockResumeInput!) {\n    result: leadClockResume(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadClockResumeDocument,
    "\n  mutation LeadBackdate($input: LeadBackdateInput!) {\n    result: leadBackdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadBackdateDocument,
    "\n  mutation LeadProtectionExtend($input: LeadProtectionExtendInput!) {\n    result: leadProtectionExtend(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadProtectionExtendDocument,
    "\n  mutation LeadProtectionOverride($input: LeadProtectionOverrideInput!) {\n    result: leadProtectionOverride(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadProtectionOverrideDocument,
    "\n  mutation LeadCollaboratorSet($input: LeadCollaboratorSetInput!) {\n    result: leadCollaboratorSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadCollaboratorSetDocument,
    "\n  mutation LeadContactSet($input: LeadContactSetInput!) {\n    result: leadContactSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadContactSetDocument,
    "\n  mutation LeadUpdate($input: LeadUpdateInput!) {\n    result: leadUpdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadUpdateDocument,
    "\n  mutation LeadFollowUpComplete($input: LeadFollowUpCompleteInput!) {\n    result: leadFollowUpComplete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": typeof types.LeadFollowUpCompleteDocument,
    "\n  fragment LeadMessage on Message {\n    id\n    leadId\n    purpose\n    status\n    to\n    subject\n    text\n    queuedAt\n    sentAt\n  }\n": typeof types.LeadMessageFragmentDoc,
    "\n  query LeadMessages($leadId: ID!) {\n    mailbox(first: 25, leadId: $leadId) {\n      edges {\n        cursor\n        node {\n          ...LeadMessage\n        }\n      }\n    }\n  }\n": typeof types.LeadMessagesDocument,
    "\n  subscription MessageChanged {\n    messageChanged {\n      ...LeadMessage\n    }\n  }\n": typeof types.MessageChangedDocument,
    "\n  mutation LeadRegister($input: LeadRegisterInput!) {\n    result: leadRegister(input: $input) {\n      lead {\n        id\n        companyName\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": typeof types.LeadRegisterDocument,
    "\n  query LeadDuplicates($input: LeadDuplicatesInput!) {\n    leadDuplicates(input: $input) {\n      exists\n      similar {\n        similarity\n        lead {\n          id\n          companyName\n          city\n        }\n      }\n    }\n  }\n": typeof types.LeadDuplicatesDocument,
    "\n  query OpenTasks($first: Int!, $ownerUserId: ID!) {\n    leadTasks(first: $first) {\n      edges {\n        node {\n          ...OpenTask\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n      totalCount\n    }\n    leads(first: 10, filter: { ownerUserId: $ownerUserId, followUpPending: true }) {\n      edges {\n        node {\n          ...FollowUpLead\n        }\n      }\n      totalCount\n    }\n  }\n": typeof types.OpenTasksDocument,
    "\n  subscription OpenTasksChanged {\n    leadChanged {\n      leadId\n      type\n    }\n  }\n": typeof types.OpenTasksChangedDocument,
    "\n  fragment LeadWidget on LeadWidget {\n    userId\n    territory\n    isManagerView\n    leadStats {\n      total\n      byStatus {\n        status\n        count\n      }\n      createdLast7Days\n      protectionEndingIn7Days\n    }\n    recentFollowUps {\n      id\n      type\n      success\n      processedAt\n      lead {\n        id\n        companyName\n      }\n    }\n    pendingT3Count\n    pendingT7Count\n    t3ConversionRate\n    t7ConversionRate\n    conversionTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    responseTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    recentActivities {\n      id\n      kind\n      at\n      createdBy {\n        id\n        name\n      }\n      lead {\n        id\n        companyName\n      }\n    }\n    updatedAt\n  }\n": typeof types.LeadWidgetFragmentDoc,
    "\n  query Overview {\n    leadWidget {\n      ...LeadWidget\n    }\n  }\n": typeof types.OverviewDocument,
    "\n  subscription OverviewChanged {\n    leadWidgetChanged {\n      ...LeadWidget\n    }\n  }\n": typeof types.OverviewChangedDocument,
    "\n  fragment OpenTask on LeadTask {\n    id\n    kind\n    status\n    createdAt\n    dueAt\n    reason\n    canComplete\n    raisedBy {\n      id\n      name\n    }\n    lead {\n      id\n      version\n      companyName\n    }\n  }\n": typeof types.OpenTaskFragmentDoc,
    "\n  fragment FollowUpLead on Lead {\n    id\n    companyName\n    followUps {\n      id\n      type\n      status\n      dueAt\n      isOverdue\n    }\n  }\n": typeof types.FollowUpLeadFragmentDoc,
    "\n  mutation LeadTaskComplete($input: LeadTaskCompleteInput!) {\n    result: leadTaskComplete(input: $input) {\n      task {\n        ...OpenTask\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": typeof types.LeadTaskCompleteDocument,
    "\n  query Me {\n    me {\n      user {\n        id\n        name\n      }\n    }\n  }\n": typeof types.MeDocument,
    "\n  fragment TimelineEntry on TimelineEntry {\n    id\n    category\n    kind\n    title\n    text\n    occurredAt\n    icon\n    colour\n    performedBy {\n      id\n      name\n    }\n  }\n": typeof types.TimelineEntryFragmentDoc,
    "\n  query LeadTimeline($leadId: ID!, $days: Int!, $first: Int!) {\n    timeline(entityType: LEAD, entityId: $leadId, days: $days, first: $first) {\n      edges {\n        cursor\n        node {\n          ...TimelineEntry\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": typeof types.LeadTimelineDocument,
    "\n  subscription LeadTimelineChanged($leadId: ID!) {\n    timelineChanged(entityType: LEAD, entityId: $leadId) {\n      ...TimelineEntry\n    }\n  }\n": typeof types.LeadTimelineChangedDocument,
};
const documents: Documents = {
    "\n  mutation ActivityLog($input: ActivityLogInput!) {\n    result: activityLog(input: $input) {\n      activity {\n        id\n        kind\n        at\n        isEvidenced\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": types.ActivityLogDocument,
    "\n  mutation LeadOwnershipChallenge($input: LeadOwnershipChallengeInput!) {\n    result: leadOwnershipChallenge(input: $input) {\n      accepted\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": types.LeadOwnershipChallengeDocument,
    "\n  query TerritoryPeople($territory: Territory!) {\n    territoryUsers(territory: $territory) {\n      id\n      name\n    }\n  }\n": types.TerritoryPeopleDocument,
    "\n  fragment LeadDetail on Lead {\n    id\n    version\n    companyName\n    email\n    phone\n    website\n    street\n    postalCode\n    city\n    countryCode\n    territory\n    businessType\n    kitchenSize\n    employeeCount\n    estimatedVolume\n    budget\n    pains\n    painNotes\n    urgency\n    relationshipStatus\n    decisionMakerAccess\n    competitorInUse\n    internalChampionName\n    status\n    stage\n    source\n    registeredAt\n    owner {\n      id\n      name\n    }\n    collaborators {\n      role\n      level\n      user {\n        id\n        name\n      }\n    }\n    protection {\n      state\n      assignedAt\n      lastEvidenceAt\n      progressUntil\n      graceUntil\n      baseUntil\n      validUntil\n      remainingDays\n      reminderAt\n      expiredAt\n      holds {\n        kind\n        reason\n        from\n        until\n      }\n    }\n    preClaim {\n      until\n      daysLeft\n      isOverdue\n    }\n    score {\n      pain\n      revenue\n      fit\n      engagement\n      total\n    }\n    contacts {\n      id\n      salutation\n      firstName\n      lastName\n      position\n      role\n      email\n      phone\n      mobile\n      isPrimary\n      isActive\n      isDecisionMaker\n      emailConsent\n    }\n    tracks {\n      chef\n      buyer\n      decision\n    }\n    followUps {\n      id\n      type\n      status\n      dueAt\n      processedAt\n      isOverdue\n      outcome\n    }\n    actions\n  }\n": types.LeadDetailFragmentDoc,
    "\n  query Lead($id: ID!) {\n    lead(id: $id) {\n      ...LeadDetail\n    }\n  }\n": types.LeadDocument,
    "\n  subscription LeadChanged($id: ID!) {\n    leadChanged(id: $id) {\n      leadId\n      type\n      at\n      lead {\n        ...LeadDetail\n      }\n    }\n  }\n": types.LeadChangedDocument,
    "\n  fragment LeadAnswer on LeadPayload {\n    lead {\n      ...LeadDetail\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n": types.LeadAnswerFragmentDoc,
    "\n  subscription LeadListChanged {\n    leadChanged {\n      leadId\n      type\n      lead {\n        ...LeadRow\n      }\n    }\n  }\n": types.LeadListChangedDocument,
    "\n  fragment LeadRow on Lead {\n    id\n    companyName\n    city\n    territory\n    status\n    stage\n    registeredAt\n    owner {\n      id\n      name\n    }\n    protection {\n      state\n      remainingDays\n    }\n    preClaim {\n      daysLeft\n      isOverdue\n    }\n    score {\n      total\n    }\n    followUps {\n      id\n      type\n      status\n      isOverdue\n    }\n  }\n": types.LeadRowFragmentDoc,
    "\n  query LeadList($first: Int!, $after: String, $filter: LeadFilter) {\n    leads(first: $first, after: $after, filter: $filter) {\n      edges {\n        cursor\n        node {\n          ...LeadRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.LeadListDocument,
    "\n  mutation LeadQualify($input: LeadQualifyInput!) {\n    result: leadQualify(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadQualifyDocument,
    "\n  mutation LeadLose($input: LeadLoseInput!) {\n    result: leadLose(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadLoseDocument,
    "\n  mutation LeadFirstContactDocument($input: LeadFirstContactDocumentInput!) {\n    result: leadFirstContactDocument(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadFirstContactDocumentDocument,
    "\n  mutation LeadStageAdvance($input: LeadStageAdvanceInput!) {\n    result: leadStageAdvance(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadStageAdvanceDocument,
    "\n  mutation LeadConvert($input: LeadConvertInput!) {\n    result: leadConvert(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadConvertDocument,
    "\n  mutation LeadDelete($input: LeadDeleteInput!) {\n    result: leadDelete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadDeleteDocument,
    "\n  mutation LeadReassign($input: LeadReassignInput!) {\n    result: leadReassign(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadReassignDocument,
    "\n  mutation LeadClockStop($input: LeadClockStopInput!) {\n    result: leadClockStop(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadClockStopDocument,
    "\n  mutation LeadClockResume($input: LeadClockResumeInput!) {\n    result: leadClockResume(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadClockResumeDocument,
    "\n  mutation LeadBackdate($input: LeadBackdateInput!) {\n    result: leadBackdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadBackdateDocument,
    "\n  mutation LeadProtectionExtend($input: LeadProtectionExtendInput!) {\n    result: leadProtectionExtend(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadProtectionExtendDocument,
    "\n  mutation LeadProtectionOverride($input: LeadProtectionOverrideInput!) {\n    result: leadProtectionOverride(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadProtectionOverrideDocument,
    "\n  mutation LeadCollaboratorSet($input: LeadCollaboratorSetInput!) {\n    result: leadCollaboratorSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadCollaboratorSetDocument,
    "\n  mutation LeadContactSet($input: LeadContactSetInput!) {\n    result: leadContactSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadContactSetDocument,
    "\n  mutation LeadUpdate($input: LeadUpdateInput!) {\n    result: leadUpdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadUpdateDocument,
    "\n  mutation LeadFollowUpComplete($input: LeadFollowUpCompleteInput!) {\n    result: leadFollowUpComplete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n": types.LeadFollowUpCompleteDocument,
    "\n  fragment LeadMessage on Message {\n    id\n    leadId\n    purpose\n    status\n    to\n    subject\n    text\n    queuedAt\n    sentAt\n  }\n": types.LeadMessageFragmentDoc,
    "\n  query LeadMessages($leadId: ID!) {\n    mailbox(first: 25, leadId: $leadId) {\n      edges {\n        cursor\n        node {\n          ...LeadMessage\n        }\n      }\n    }\n  }\n": types.LeadMessagesDocument,
    "\n  subscription MessageChanged {\n    messageChanged {\n      ...LeadMessage\n    }\n  }\n": types.MessageChangedDocument,
    "\n  mutation LeadRegister($input: LeadRegisterInput!) {\n    result: leadRegister(input: $input) {\n      lead {\n        id\n        companyName\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": types.LeadRegisterDocument,
    "\n  query LeadDuplicates($input: LeadDuplicatesInput!) {\n    leadDuplicates(input: $input) {\n      exists\n      similar {\n        similarity\n        lead {\n          id\n          companyName\n          city\n        }\n      }\n    }\n  }\n": types.LeadDuplicatesDocument,
    "\n  query OpenTasks($first: Int!, $ownerUserId: ID!) {\n    leadTasks(first: $first) {\n      edges {\n        node {\n          ...OpenTask\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n      totalCount\n    }\n    leads(first: 10, filter: { ownerUserId: $ownerUserId, followUpPending: true }) {\n      edges {\n        node {\n          ...FollowUpLead\n        }\n      }\n      totalCount\n    }\n  }\n": types.OpenTasksDocument,
    "\n  subscription OpenTasksChanged {\n    leadChanged {\n      leadId\n      type\n    }\n  }\n": types.OpenTasksChangedDocument,
    "\n  fragment LeadWidget on LeadWidget {\n    userId\n    territory\n    isManagerView\n    leadStats {\n      total\n      byStatus {\n        status\n        count\n      }\n      createdLast7Days\n      protectionEndingIn7Days\n    }\n    recentFollowUps {\n      id\n      type\n      success\n      processedAt\n      lead {\n        id\n        companyName\n      }\n    }\n    pendingT3Count\n    pendingT7Count\n    t3ConversionRate\n    t7ConversionRate\n    conversionTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    responseTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    recentActivities {\n      id\n      kind\n      at\n      createdBy {\n        id\n        name\n      }\n      lead {\n        id\n        companyName\n      }\n    }\n    updatedAt\n  }\n": types.LeadWidgetFragmentDoc,
    "\n  query Overview {\n    leadWidget {\n      ...LeadWidget\n    }\n  }\n": types.OverviewDocument,
    "\n  subscription OverviewChanged {\n    leadWidgetChanged {\n      ...LeadWidget\n    }\n  }\n": types.OverviewChangedDocument,
    "\n  fragment OpenTask on LeadTask {\n    id\n    kind\n    status\n    createdAt\n    dueAt\n    reason\n    canComplete\n    raisedBy {\n      id\n      name\n    }\n    lead {\n      id\n      version\n      companyName\n    }\n  }\n": types.OpenTaskFragmentDoc,
    "\n  fragment FollowUpLead on Lead {\n    id\n    companyName\n    followUps {\n      id\n      type\n      status\n      dueAt\n      isOverdue\n    }\n  }\n": types.FollowUpLeadFragmentDoc,
    "\n  mutation LeadTaskComplete($input: LeadTaskCompleteInput!) {\n    result: leadTaskComplete(input: $input) {\n      task {\n        ...OpenTask\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n": types.LeadTaskCompleteDocument,
    "\n  query Me {\n    me {\n      user {\n        id\n        name\n      }\n    }\n  }\n": types.MeDocument,
    "\n  fragment TimelineEntry on TimelineEntry {\n    id\n    category\n    kind\n    title\n    text\n    occurredAt\n    icon\n    colour\n    performedBy {\n      id\n      name\n    }\n  }\n": types.TimelineEntryFragmentDoc,
    "\n  query LeadTimeline($leadId: ID!, $days: Int!, $first: Int!) {\n    timeline(entityType: LEAD, entityId: $leadId, days: $days, first: $first) {\n      edges {\n        cursor\n        node {\n          ...TimelineEntry\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": types.LeadTimelineDocument,
    "\n  subscription LeadTimelineChanged($leadId: ID!) {\n    timelineChanged(entityType: LEAD, entityId: $leadId) {\n      ...TimelineEntry\n    }\n  }\n": types.LeadTimelineChangedDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ActivityLog($input: ActivityLogInput!) {\n    result: activityLog(input: $input) {\n      activity {\n        id\n        kind\n        at\n        isEvidenced\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ActivityLog($input: ActivityLogInput!) {\n    result: activityLog(input: $input) {\n      activity {\n        id\n        kind\n        at\n        isEvidenced\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadOwnershipChallenge($input: LeadOwnershipChallengeInput!) {\n    result: leadOwnershipChallenge(input: $input) {\n      accepted\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LeadOwnershipChallenge($input: LeadOwnershipChallengeInput!) {\n    result: leadOwnershipChallenge(input: $input) {\n      accepted\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TerritoryPeople($territory: Territory!) {\n    territoryUsers(territory: $territory) {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  query TerritoryPeople($territory: Territory!) {\n    territoryUsers(territory: $territory) {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LeadDetail on Lead {\n    id\n    version\n    companyName\n    email\n    phone\n    website\n    street\n    postalCode\n    city\n    countryCode\n    territory\n    businessType\n    kitchenSize\n    employeeCount\n    estimatedVolume\n    budget\n    pains\n    painNotes\n    urgency\n    relationshipStatus\n    decisionMakerAccess\n    competitorInUse\n    internalChampionName\n    status\n    stage\n    source\n    registeredAt\n    owner {\n      id\n      name\n    }\n    collaborators {\n      role\n      level\n      user {\n        id\n        name\n      }\n    }\n    protection {\n      state\n      assignedAt\n      lastEvidenceAt\n      progressUntil\n      graceUntil\n      baseUntil\n      validUntil\n      remainingDays\n      reminderAt\n      expiredAt\n      holds {\n        kind\n        reason\n        from\n        until\n      }\n    }\n    preClaim {\n      until\n      daysLeft\n      isOverdue\n    }\n    score {\n      pain\n      revenue\n      fit\n      engagement\n      total\n    }\n    contacts {\n      id\n      salutation\n      firstName\n      lastName\n      position\n      role\n      email\n      phone\n      mobile\n      isPrimary\n      isActive\n      isDecisionMaker\n      emailConsent\n    }\n    tracks {\n      chef\n      buyer\n      decision\n    }\n    followUps {\n      id\n      type\n      status\n      dueAt\n      processedAt\n      isOverdue\n      outcome\n    }\n    actions\n  }\n"): (typeof documents)["\n  fragment LeadDetail on Lead {\n    id\n    version\n    companyName\n    email\n    phone\n    website\n    street\n    postalCode\n    city\n    countryCode\n    territory\n    businessType\n    kitchenSize\n    employeeCount\n    estimatedVolume\n    budget\n    pains\n    painNotes\n    urgency\n    relationshipStatus\n    decisionMakerAccess\n    competitorInUse\n    internalChampionName\n    status\n    stage\n    source\n    registeredAt\n    owner {\n      id\n      name\n    }\n    collaborators {\n      role\n      level\n      user {\n        id\n        name\n      }\n    }\n    protection {\n      state\n      assignedAt\n      lastEvidenceAt\n      progressUntil\n      graceUntil\n      baseUntil\n      validUntil\n      remainingDays\n      reminderAt\n      expiredAt\n      holds {\n        kind\n        reason\n        from\n        until\n      }\n    }\n    preClaim {\n      until\n      daysLeft\n      isOverdue\n    }\n    score {\n      pain\n      revenue\n      fit\n      engagement\n      total\n    }\n    contacts {\n      id\n      salutation\n      firstName\n      lastName\n      position\n      role\n      email\n      phone\n      mobile\n      isPrimary\n      isActive\n      isDecisionMaker\n      emailConsent\n    }\n    tracks {\n      chef\n      buyer\n      decision\n    }\n    followUps {\n      id\n      type\n      status\n      dueAt\n      processedAt\n      isOverdue\n      outcome\n    }\n    actions\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Lead($id: ID!) {\n    lead(id: $id) {\n      ...LeadDetail\n    }\n  }\n"): (typeof documents)["\n  query Lead($id: ID!) {\n    lead(id: $id) {\n      ...LeadDetail\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LeadChanged($id: ID!) {\n    leadChanged(id: $id) {\n      leadId\n      type\n      at\n      lead {\n        ...LeadDetail\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription LeadChanged($id: ID!) {\n    leadChanged(id: $id) {\n      leadId\n      type\n      at\n      lead {\n        ...LeadDetail\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LeadAnswer on LeadPayload {\n    lead {\n      ...LeadDetail\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n"): (typeof documents)["\n  fragment LeadAnswer on LeadPayload {\n    lead {\n      ...LeadDetail\n    }\n    userErrors {\n      code\n      field\n      message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LeadListChanged {\n    leadChanged {\n      leadId\n      type\n      lead {\n        ...LeadRow\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription LeadListChanged {\n    leadChanged {\n      leadId\n      type\n      lead {\n        ...LeadRow\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LeadRow on Lead {\n    id\n    companyName\n    city\n    territory\n    status\n    stage\n    registeredAt\n    owner {\n      id\n      name\n    }\n    protection {\n      state\n      remainingDays\n    }\n    preClaim {\n      daysLeft\n      isOverdue\n    }\n    score {\n      total\n    }\n    followUps {\n      id\n      type\n      status\n      isOverdue\n    }\n  }\n"): (typeof documents)["\n  fragment LeadRow on Lead {\n    id\n    companyName\n    city\n    territory\n    status\n    stage\n    registeredAt\n    owner {\n      id\n      name\n    }\n    protection {\n      state\n      remainingDays\n    }\n    preClaim {\n      daysLeft\n      isOverdue\n    }\n    score {\n      total\n    }\n    followUps {\n      id\n      type\n      status\n      isOverdue\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LeadList($first: Int!, $after: String, $filter: LeadFilter) {\n    leads(first: $first, after: $after, filter: $filter) {\n      edges {\n        cursor\n        node {\n          ...LeadRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query LeadList($first: Int!, $after: String, $filter: LeadFilter) {\n    leads(first: $first, after: $after, filter: $filter) {\n      edges {\n        cursor\n        node {\n          ...LeadRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadQualify($input: LeadQualifyInput!) {\n    result: leadQualify(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadQualify($input: LeadQualifyInput!) {\n    result: leadQualify(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadLose($input: LeadLoseInput!) {\n    result: leadLose(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadLose($input: LeadLoseInput!) {\n    result: leadLose(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadFirstContactDocument($input: LeadFirstContactDocumentInput!) {\n    result: leadFirstContactDocument(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadFirstContactDocument($input: LeadFirstContactDocumentInput!) {\n    result: leadFirstContactDocument(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadStageAdvance($input: LeadStageAdvanceInput!) {\n    result: leadStageAdvance(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadStageAdvance($input: LeadStageAdvanceInput!) {\n    result: leadStageAdvance(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadConvert($input: LeadConvertInput!) {\n    result: leadConvert(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadConvert($input: LeadConvertInput!) {\n    result: leadConvert(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadDelete($input: LeadDeleteInput!) {\n    result: leadDelete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadDelete($input: LeadDeleteInput!) {\n    result: leadDelete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadReassign($input: LeadReassignInput!) {\n    result: leadReassign(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadReassign($input: LeadReassignInput!) {\n    result: leadReassign(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadClockStop($input: LeadClockStopInput!) {\n    result: leadClockStop(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadClockStop($input: LeadClockStopInput!) {\n    result: leadClockStop(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadClockResume($input: LeadClockResumeInput!) {\n    result: leadClockResume(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadClockResume($input: LeadClockResumeInput!) {\n    result: leadClockResume(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadBackdate($input: LeadBackdateInput!) {\n    result: leadBackdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadBackdate($input: LeadBackdateInput!) {\n    result: leadBackdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadProtectionExtend($input: LeadProtectionExtendInput!) {\n    result: leadProtectionExtend(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadProtectionExtend($input: LeadProtectionExtendInput!) {\n    result: leadProtectionExtend(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadProtectionOverride($input: LeadProtectionOverrideInput!) {\n    result: leadProtectionOverride(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadProtectionOverride($input: LeadProtectionOverrideInput!) {\n    result: leadProtectionOverride(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadCollaboratorSet($input: LeadCollaboratorSetInput!) {\n    result: leadCollaboratorSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadCollaboratorSet($input: LeadCollaboratorSetInput!) {\n    result: leadCollaboratorSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadContactSet($input: LeadContactSetInput!) {\n    result: leadContactSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadContactSet($input: LeadContactSetInput!) {\n    result: leadContactSet(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadUpdate($input: LeadUpdateInput!) {\n    result: leadUpdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadUpdate($input: LeadUpdateInput!) {\n    result: leadUpdate(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadFollowUpComplete($input: LeadFollowUpCompleteInput!) {\n    result: leadFollowUpComplete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"): (typeof documents)["\n  mutation LeadFollowUpComplete($input: LeadFollowUpCompleteInput!) {\n    result: leadFollowUpComplete(input: $input) {\n      ...LeadAnswer\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LeadMessage on Message {\n    id\n    leadId\n    purpose\n    status\n    to\n    subject\n    text\n    queuedAt\n    sentAt\n  }\n"): (typeof documents)["\n  fragment LeadMessage on Message {\n    id\n    leadId\n    purpose\n    status\n    to\n    subject\n    text\n    queuedAt\n    sentAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LeadMessages($leadId: ID!) {\n    mailbox(first: 25, leadId: $leadId) {\n      edges {\n        cursor\n        node {\n          ...LeadMessage\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query LeadMessages($leadId: ID!) {\n    mailbox(first: 25, leadId: $leadId) {\n      edges {\n        cursor\n        node {\n          ...LeadMessage\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription MessageChanged {\n    messageChanged {\n      ...LeadMessage\n    }\n  }\n"): (typeof documents)["\n  subscription MessageChanged {\n    messageChanged {\n      ...LeadMessage\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadRegister($input: LeadRegisterInput!) {\n    result: leadRegister(input: $input) {\n      lead {\n        id\n        companyName\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LeadRegister($input: LeadRegisterInput!) {\n    result: leadRegister(input: $input) {\n      lead {\n        id\n        companyName\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LeadDuplicates($input: LeadDuplicatesInput!) {\n    leadDuplicates(input: $input) {\n      exists\n      similar {\n        similarity\n        lead {\n          id\n          companyName\n          city\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query LeadDuplicates($input: LeadDuplicatesInput!) {\n    leadDuplicates(input: $input) {\n      exists\n      similar {\n        similarity\n        lead {\n          id\n          companyName\n          city\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OpenTasks($first: Int!, $ownerUserId: ID!) {\n    leadTasks(first: $first) {\n      edges {\n        node {\n          ...OpenTask\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n      totalCount\n    }\n    leads(first: 10, filter: { ownerUserId: $ownerUserId, followUpPending: true }) {\n      edges {\n        node {\n          ...FollowUpLead\n        }\n      }\n      totalCount\n    }\n  }\n"): (typeof documents)["\n  query OpenTasks($first: Int!, $ownerUserId: ID!) {\n    leadTasks(first: $first) {\n      edges {\n        node {\n          ...OpenTask\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n      totalCount\n    }\n    leads(first: 10, filter: { ownerUserId: $ownerUserId, followUpPending: true }) {\n      edges {\n        node {\n          ...FollowUpLead\n        }\n      }\n      totalCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OpenTasksChanged {\n    leadChanged {\n      leadId\n      type\n    }\n  }\n"): (typeof documents)["\n  subscription OpenTasksChanged {\n    leadChanged {\n      leadId\n      type\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LeadWidget on LeadWidget {\n    userId\n    territory\n    isManagerView\n    leadStats {\n      total\n      byStatus {\n        status\n        count\n      }\n      createdLast7Days\n      protectionEndingIn7Days\n    }\n    recentFollowUps {\n      id\n      type\n      success\n      processedAt\n      lead {\n        id\n        companyName\n      }\n    }\n    pendingT3Count\n    pendingT7Count\n    t3ConversionRate\n    t7ConversionRate\n    conversionTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    responseTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    recentActivities {\n      id\n      kind\n      at\n      createdBy {\n        id\n        name\n      }\n      lead {\n        id\n        companyName\n      }\n    }\n    updatedAt\n  }\n"): (typeof documents)["\n  fragment LeadWidget on LeadWidget {\n    userId\n    territory\n    isManagerView\n    leadStats {\n      total\n      byStatus {\n        status\n        count\n      }\n      createdLast7Days\n      protectionEndingIn7Days\n    }\n    recentFollowUps {\n      id\n      type\n      success\n      processedAt\n      lead {\n        id\n        companyName\n      }\n    }\n    pendingT3Count\n    pendingT7Count\n    t3ConversionRate\n    t7ConversionRate\n    conversionTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    responseTrend {\n      current\n      previous\n      delta\n      direction\n    }\n    recentActivities {\n      id\n      kind\n      at\n      createdBy {\n        id\n        name\n      }\n      lead {\n        id\n        companyName\n      }\n    }\n    updatedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Overview {\n    leadWidget {\n      ...LeadWidget\n    }\n  }\n"): (typeof documents)["\n  query Overview {\n    leadWidget {\n      ...LeadWidget\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OverviewChanged {\n    leadWidgetChanged {\n      ...LeadWidget\n    }\n  }\n"): (typeof documents)["\n  subscription OverviewChanged {\n    leadWidgetChanged {\n      ...LeadWidget\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OpenTask on LeadTask {\n    id\n    kind\n    status\n    createdAt\n    dueAt\n    reason\n    canComplete\n    raisedBy {\n      id\n      name\n    }\n    lead {\n      id\n      version\n      companyName\n    }\n  }\n"): (typeof documents)["\n  fragment OpenTask on LeadTask {\n    id\n    kind\n    status\n    createdAt\n    dueAt\n    reason\n    canComplete\n    raisedBy {\n      id\n      name\n    }\n    lead {\n      id\n      version\n      companyName\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FollowUpLead on Lead {\n    id\n    companyName\n    followUps {\n      id\n      type\n      status\n      dueAt\n      isOverdue\n    }\n  }\n"): (typeof documents)["\n  fragment FollowUpLead on Lead {\n    id\n    companyName\n    followUps {\n      id\n      type\n      status\n      dueAt\n      isOverdue\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeadTaskComplete($input: LeadTaskCompleteInput!) {\n    result: leadTaskComplete(input: $input) {\n      task {\n        ...OpenTask\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LeadTaskComplete($input: LeadTaskCompleteInput!) {\n    result: leadTaskComplete(input: $input) {\n      task {\n        ...OpenTask\n      }\n      userErrors {\n        code\n        field\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      user {\n        id\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  query Me {\n    me {\n      user {\n        id\n        name\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TimelineEntry on TimelineEntry {\n    id\n    category\n    kind\n    title\n    text\n    occurredAt\n    icon\n    colour\n    performedBy {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment TimelineEntry on TimelineEntry {\n    id\n    category\n    kind\n    title\n    text\n    occurredAt\n    icon\n    colour\n    performedBy {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LeadTimeline($leadId: ID!, $days: Int!, $first: Int!) {\n    timeline(entityType: LEAD, entityId: $leadId, days: $days, first: $first) {\n      edges {\n        cursor\n        node {\n          ...TimelineEntry\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"): (typeof documents)["\n  query LeadTimeline($leadId: ID!, $days: Int!, $first: Int!) {\n    timeline(entityType: LEAD, entityId: $leadId, days: $days, first: $first) {\n      edges {\n        cursor\n        node {\n          ...TimelineEntry\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LeadTimelineChanged($leadId: ID!) {\n    timelineChanged(entityType: LEAD, entityId: $leadId) {\n      ...TimelineEntry\n    }\n  }\n"): (typeof documents)["\n  subscription LeadTimelineChanged($leadId: ID!) {\n    timelineChanged(entityType: LEAD, entityId: $leadId) {\n      ...TimelineEntry\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;