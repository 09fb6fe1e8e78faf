// Where the system itself lives, as triggers/ puts it.

export const SYSTEM_NAMESPACE = 'kubernaut-system'
export const BROKER = 'playbooks'
