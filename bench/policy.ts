// A policy of 200 rules as a large team would write it, the last of which decides: nothing is found early.

const RULES = 200

/** Each rule is about a namespace, kinds and playbooks of its own; every second one has an expression, too. */
function ruleOf(index: number): string {
  const when = 'analysis.confidence >= 0.9 && target.metadata.name.startsWith("api-")'
  return `
  - name: rule-${index}
    match: { namespaces: [team-${index}-*, team-${index}], kinds: [Deployment, StatefulSet], playbook: restart-${index}-* }
    ${index % 2 === 0 ? '' : `when: '${when}'`}
    then: approve
    reason: Team ${index} wants to know.`
}

/** The last one matches, and its expression looks at all that there is. */
const LAST = `
  - name: the-last
    match: { namespaces: prod*, kinds: Deployment, playbook: oomkill-* }
    when: analysis.confidence >= 0.8 && int(parameters.SCALE_TARGET_REPLICAS) < 5 && target.kind == "Deployment"
    then: allow
`

const others = Array.from({ length: RULES - 1 }, (_, index) => ruleOf(index))

export const policyText = `rules:${others.join('')}${LAST}`
