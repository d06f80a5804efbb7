const widget = /* GraphQL */ `
  # The first screen in one request: two contexts answer it.
  query FirstScreen {
    me {
      user {
        name
      }
      roles
      territories
    }
    leadWidget {
      isManagerView
      leadStats {
        total
        byStatus {
          status
          count
        }
        protectionEndingIn7Days
      }
      pendingT3Count
      pendingT7Count
      t3ConversionRate
      t7ConversionRate
    }
  }
`;

const leads = /* GraphQL */ `
  # Owners come from admin, messages from communication, the rest from leads.
  query LeadsAcrossContexts($first: Int = 10) {
    leads(first: $first) {
      totalCount
      edges {
        node {
          id
          companyName
          status
          owner {
            name
          }
          protection {
            state
            remainingDays
          }
          activities(first: 3) {
            edges {
              node {
                kind
                at
                isEvidenced
              }
            }
          }
          messages(first: 2) {
            purpose
            status
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const live = /* GraphQL */ `
  # Leave this running and qualify a lead in the cockpit.
  subscription LeadsLive {
    leadChanged {
      type
      at
      lead {
        companyName
        status
        owner {
          name
        }
      }
    }
  }
`;

const register = /* GraphQL */ `
  # A refusal comes as data: leave out firstContact to see one.
  mutation RegisterLead {
    leadRegister(
      input: {
        companyName: "Gasthof zur Linde"
        city: "Leipzig"
        source: TELEFON
        firstContact: {
          channel: PHONE
          at: "2026-01-15T09:00:00.000Z"
          note: "Interesse an Mustern für die Herbstkarte"
        }
      }
    ) {
      lead {
        id
        status
        stage
        actions
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`;

/** Tabs of a first visit. */
export const examples = [{ query: widget }, { query: leads }, { query: live }, { query: register }];
