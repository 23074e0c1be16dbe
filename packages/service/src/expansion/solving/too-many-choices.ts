/** There are more combinations than the service tries or builds. */
export class TooManyChoices extends Error {}
