import type { Principal } from '../aws/iam.ts';
import type { Report } from '../report.ts';

export interface Network {
  addSubnet(subnetId: string, vpcId: string): void;
  associate(subnetId: string, routeTableId: string): void;
  /** Adds a route to a route table: to DynamoDB or, through a gateway, to the internet by IPv4 or by IPv6. */
  addRoute(routeTableId: string, route: 'dynamodb' | 'ipv4' | 'ipv6'): void;
  placeFunction(functionName: string, placement: { subnetIds: string[]; hasIpv6: boolean }): void;
  placeDatabase(subnetIds: string[]): void;
  /** From now on, the WebSocket API has an IPv6 address too. */
  openApiToIpv6(): void;
  /**
   * Whether a call to `rds`, `dynamodb`, `execute-api` or another service would arrive in the cloud. If not, it would hang
   * there. Then this reports what to do.
   */
  isReachable(principal: Principal, service: string): boolean;
}

const remedies: Record<string, string> = {
  rds: 'put the function into the VPC of the database',
  dynamodb: 'add a gateway endpoint for DynamoDB to the route tables of its subnets',
  'execute-api':
    'route its subnets to a NAT gateway, or to an egress-only internet gateway with a dual-stack API and Ipv6AllowedForDualStack',
};

/**
 * The network paths of the template's VPC. A function inside reaches the database, DynamoDB through a gateway endpoint,
 * and `@connections` of the WebSocket API through a gateway to the internet, and nothing else. A function outside reaches
 * everything but the database. Security groups are not checked, and neither are the routes of a VPC that is not in the
 * template.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export function createNetwork({ report }: { report: Report }): Network {
  const vpcOfSubnet = new Map<string, string>();
  const tableOfSubnet = new Map<string, string>();
  const routesOfTable = new Map<string, Set<string>>();
  const placements = new Map<string, { subnetIds: string[]; hasIpv6: boolean }>();
  let databaseVpcId: string | undefined;
  let apiHasIpv6 = false;

  function hasWay(functionName: string, service: string): boolean {
    const placement = placements.get(functionName);
    if (!placement) return service !== 'rds';
    // Lambda can start an environment in any of the subnets, so each one needs the route.
    const isEverySubnet = (holds: (subnetId: string, routes: Set<string>) => boolean) =>
      placement.subnetIds
        .filter((id) => vpcOfSubnet.has(id))
        .every((id) => holds(id, routesOfTable.get(tableOfSubnet.get(id) ?? '') ?? new Set()));
    if (service === 'rds') return isEverySubnet((id) => vpcOfSubnet.get(id) === databaseVpcId);
    if (service === 'dynamodb') return isEverySubnet((_, routes) => routes.has('dynamodb'));
    if (service !== 'execute-api') return false;
    const usesIpv6 = placement.hasIpv6 && apiHasIpv6;
    return isEverySubnet((_, routes) => routes.has('ipv4') || (usesIpv6 && routes.has('ipv6')));
  }

  return {
    addSubnet: (subnetId, vpcId) => void vpcOfSubnet.set(subnetId, vpcId),
    associate: (subnetId, routeTableId) => void tableOfSubnet.set(subnetId, routeTableId),
    addRoute(routeTableId, route) {
      routesOfTable.set(routeTableId, (routesOfTable.get(routeTableId) ?? new Set()).add(route));
    },
    placeFunction: (functionName, placement) => void placements.set(functionName, placement),
    placeDatabase([subnetId = '']) {
      databaseVpcId = vpcOfSubnet.get(subnetId);
    },
    openApiToIpv6() {
      apiHasIpv6 = true;
    },
    isReachable(principal, service) {
      if (principal.kind === 'account' || hasWay(principal.functionName, service)) return true;
      const side = placements.has(principal.functionName) ? 'inside' : 'outside';
      const remedy = remedies[service] ?? 'make the call from a function outside the VPC';
      report({
        source: 'lambda',
        level: 'error',
        message: `${principal.functionName} cannot reach ${service} from ${side} the VPC, and would hang in the cloud: ${remedy}`,
      });
      return false;
    },
  };
}
