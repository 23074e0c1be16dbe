/** `module+el8+1+0a1b2c3d`, or `scrmod+…` in scratch builds. CentOS writes an underscore after `module`. */
const distTag = /^(?:module|scrmod)[+_]/

/** Whether a release has an element that only module builds have. */
export function isOfModuleBuild(release: string): boolean {
  return release.split('.').some((element) => distTag.test(element))
}
