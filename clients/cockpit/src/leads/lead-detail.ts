import { graphql } from '../graphql/index.ts';

// All that the lead page shows; mutations and events bring the same, so the page moves by itself.
graphql(`
  fragment LeadDetail on Lead {
    id
    version
    companyName
    email
    phone
    website
    street
    postalCode
    city
    countryCode
    territory
    businessType
    kitchenSize
    employeeCount
    estimatedVolume
    budget
    pains
    painNotes
    urgency
    relationshipStatus
    decisionMakerAccess
    competitorInUse
    internalChampionName
    status
    stage
    source
    registeredAt
    owner {
      id
      name
    }
    collaborators {
      role
      level
      user {
        id
        name
      }
    }
    protection {
      state
      assignedAt
      lastEvidenceAt
      progressUntil
      graceUntil
      baseUntil
      validUntil
      remainingDays
      reminderAt
      expiredAt
      holds {
        kind
        reason
        from
        until
      }
    }
    preClaim {
      until
      daysLeft
      isOverdue
    }
    score {
      pain
      revenue
      fit
      engagement
      total
    }
    contacts {
      id
      salutation
      firstName
      lastName
      position
      role
      email
      phone
      mobile
      isPrimary
      isActive
      isDecisionMaker
      emailConsent
    }
    tracks {
      chef
      buyer
      decision
    }
    followUps {
      id
      type
      status
      dueAt
      processedAt
      isOverdue
      outcome
    }
    actions
  }
`);

export const LeadQuery = graphql(`
  query Lead($id: ID!) {
    lead(id: $id) {
      ...LeadDetail
    }
  }
`);

export const LeadChanged = graphql(`
  subscription LeadChanged($id: ID!) {
    leadChanged(id: $id) {
      leadId
      type
      at
      lead {
        ...LeadDetail
      }
    }
  }
`);

graphql(`
  fragment LeadAnswer on LeadPayload {
    lead {
      ...LeadDetail
    }
    userErrors {
      code
      field
      message
    }
  }
`);
