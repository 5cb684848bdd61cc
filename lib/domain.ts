import { DomainName, IpAddressType } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';

/** A name of your own for an API. */
export interface DomainProps {
  /** The name, such as `notifications.example.com`. */
  name: string;
  /** The ARN of a certificate for the name, in Certificate Manager and in the region of the stack. */
  certificateArn: string;
}

/** Makes a name known to API Gateway; it is yours to point, by a CNAME or an alias record, to the target of the output. */
export function createDomain(scope: Construct, { name, certificateArn }: DomainProps): DomainName {
  return new DomainName(scope, 'Domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    ipAddressType: IpAddressType.DUAL_STACK,
  });
}
