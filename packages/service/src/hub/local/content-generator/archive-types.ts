/** Extensions of files that can be archives of a build, from Koji's table of archive types. */
const extensions = new Set(
  `aar apklib bat box cab cat cfg changes changes.xz dll dot dylib ear erofs erofs.gz erofs.xz exe gem groovy gv gvy img inf
   ini iso iso.gz iso.xz jar jdocbook jdocbook-style jnilib js json key ks ldif lib liveimg.squashfs manifest msi msm obr
   oem ova packages pdb pom properties qcow qcow2 qcow2.gz qcow2.xz rar raw raw.gz raw.xz rc sar sh sha256 sig signature so
   spec squashfs squashfs.gz squashfs.xz sys tar tar.bz2 tar.gz tar.xz tgz tlb txt vdi verified vhd vhd.gz vhd.xz vhdx
   vhdx.gz vhdx.xz vmdk vmdk.gz vmdk.xz vmlinuz vmlinuz.gz vmlinuz.xz war wsdl wsf wsl xjb xml xml.bz2 xml.gz xml.xz xsd
   yaml yml zip`.split(/\s+/),
)

/** Whether a file of this name can be an archive. The longest known extension counts (Koji: get_archive_type). */
export function isArchiveName(filename: string): boolean {
  const parts = filename.toLowerCase().split('.')
  return parts.some((_part, index) => extensions.has(parts.slice(index).join('.')))
}
